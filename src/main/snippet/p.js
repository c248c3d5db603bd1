/*
 * Pulsegraph's page snippet, served minified as /p.js. docs/traffic.md says how to use it:
 *
 *   <script async src="https://host/p.js" data-key="pgk_…" data-user-code="…" data-share-code="…"
 *           data-contact-id="…" data-page-type="home"></script>
 *
 * It sends page views and clicks to the server it came from. An event lies in the page's storage from the moment it happens
 * until the server has answered for it; one that is sent twice has the same messageId and counts once. Whoever asks not to be
 * tracked is not: nothing is sent or stored, and what was stored before is removed.
 */
(() => {
  const IDLE = 18e5; // 30 minutes without an event end a session
  const SOON = 2e3; // from an event to its request
  const SELDOM = 3e5; // from a failure to the next attempt, at most
  const REQUEST = 20; // events in a request: their bounds keep it under 64 KB, all that a page that is left may send
  const KEPT = 100; // events without an answer
  const PLAIN = 99; // characters that an answer has at most when there is nothing to tell but numbers

  const [page, later] = [document, setTimeout]; // short names, for their bytes
  const script = page.currentScript;
  const attributes = script.dataset; // read for each event, since an application of one page may change them
  const address = new URL('/v1/e', script.src);
  const place = attributes.key;

  const id = (numbers = new Uint32Array(4)) => crypto.getRandomValues(numbers).join('-');

  // What all pages of this origin share, by way of storage. Where that is blocked or full, this page has it for itself.
  let visitor = id();
  let sessions = {}; // their ids, by user and share code
  let last = 0; // time of the last event
  let events = []; // those without an answer
  let alone;

  const read = () => {
    try {
      const stored = JSON.parse(localStorage[place], (_, value) => value.valueOf()); // null, which is nothing of ours, throws
      if (!alone && stored[3].map) {
        [visitor, sessions, last, events] = stored;
      }
    } catch (nothingThere) {}
  };

  const write = () => {
    try {
      localStorage[place] = JSON.stringify([visitor, sessions, last, events]);
    } catch (refused) {
      alone = 1;
    }
  };

  let shown; // the address of the last page view
  let referrer = page.referrer;
  let wait = SOON;
  let timer;
  let busy;
  let news; // whether something happened that no beacon took

  const session = () => {
    const codes = [attributes.userCode, attributes.shareCode];
    if (last < Date.now() - IDLE) {
      sessions = {};
    }
    last = Date.now();
    return (sessions[codes] = sessions[codes] || id());
  };

  const record = (type, event, properties) => {
    read();
    const sessionId = session();
    events.push({
      event,
      anonymousId: visitor,
      type,
      timestamp: new Date(),
      messageId: id(),
      properties: Object.assign({}, attributes, { key: undefined }, properties),
      context: {
        sessionId,
        page: {
          url: shown.slice(0, 1e3),
          referrer: referrer.slice(0, 1e3),
          title: [...page.title].slice(0, 99).join(''), // whole characters: the server takes no halves
        },
      },
    });
    events = events.slice(-KEPT);
    write();
    news = 1;
    if (events[REQUEST - 1] && wait == SOON) {
      send();
    }
    plan();
  };

  const plan = () => {
    timer = timer || later(send, wait);
  };

  /** The oldest events as a request; nothing when there are none. */
  const request = () => {
    read();
    return events[0] && JSON.stringify({ sentAt: new Date(), writeKey: place, batch: events.slice(0, REQUEST) });
  };

  const send = () => {
    const body = request();
    timer = clearTimeout(timer);
    if (!body || busy) {
      return;
    }
    busy = 1;
    fetch(address, { method: 'POST', body, keepalive: true })
      .then((answer) => {
        if (/429|5../.test(answer.status)) {
          throw 0; // not taken now, but perhaps later
        }
        read();
        events = events.filter((event) => !body.includes(event.messageId));
        write();
        wait = SOON;
        return answer.text();
      })
      .then((said) => {
        if (said[PLAIN]) {
          console.warn(said); // what was rejected, or brought into form, and why
        }
      })
      .catch(() => {
        wait = Math.min(wait * 2, SELDOM);
      })
      .then(() => {
        busy = 0;
        plan();
      });
  };

  /** What has no answer yet goes without waiting for one, and stays until there is one. */
  const leave = () => {
    const body = request();
    if (body && news) {
      news = !navigator.sendBeacon(address, body);
    }
  };

  const view = () => {
    const here = location.href.split('#')[0];
    if (here != shown && !page.prerendering) {
      referrer = shown || referrer;
      shown = here;
      record('page');
    }
  };

  const click = ({ button, target }) => {
    const element = button < 2 && target.closest && target.closest('[data-track],a[href]:not([href^="javascript:"])');
    const clickTarget = element && (element.dataset.track || [element.host, element.pathname].join(''));
    if (clickTarget) {
      record('track', 'Click', { clickTarget, clickCategory: element.dataset.trackCategory });
    }
  };

  if (navigator.doNotTrack == 1 || navigator.globalPrivacyControl) {
    try {
      delete localStorage[place];
    } catch (blocked) {}
  } else if (!self[place]) {
    self[place] = 1; // one that is loaded twice tells everything once
    const push = history.pushState;
    const navigate = () => later(view); // after the application has set the title
    history.pushState = (...state) => {
      push.apply(history, state);
      navigate();
    };
    const listeners = {
      click,
      prerenderingchange: view,
      pageshow: ({ persisted }) => {
        if (persisted) {
          view((shown = '')); // the page comes back as it was left, and is seen again
        }
      },
      visibilitychange: leave,
      pagehide: leave,
      online: send,
      auxclick: click,
      popstate: navigate,
    };
    for (const type in listeners) {
      addEventListener(type, listeners[type], true);
    }
    view();
  }
})();
