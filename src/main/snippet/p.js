/*
 * Pulsegraph's page snippet, served minified as /p.js. docs/traffic.md says how to use it:
 *
 *   <script async src="https://host/p.js" data-key="pgk_…" data-user-code="…" data-share-code="…"
 *           data-contact-id="…" data-page-type="home"></script>
 *
 *   pulsegraph.track('Signed up', { plan: 'pro' })
 *   pulsegraph.identify('user-42', { company: 'Acme' })
 *   pulsegraph.reset()
 *
 * It sends page views, clicks and what the page tells to the server it came from. An event lies in the page's storage from the
 * moment it happens until the server has answered for it; one that is sent twice has the same messageId and counts once. Whoever
 * asks not to be tracked is not: nothing is sent or stored, and what was stored before is removed. With data-storage="none" nothing
 * is ever stored, and the only thing read is whether the owner of the site is not to be counted.
 */
(() => {
  const IDLE = 18e5; // 30 minutes without an event end a session
  const SOON = 2e3; // from an event to its request
  const SELDOM = 3e5; // from a failure to the next attempt, at most
  const MANY = 20; // events that do not wait for more
  const ROOM = 2e4; // characters of the events in a request: it stays under 64 KB, all that a page that is left may send
  const KEPT = 100; // events without an answer
  const PLAIN = 99; // characters that an answer has at most when there is nothing to tell but numbers
  const NONE = 'none'; // the storage of a page that keeps nothing in the browser
  const IGNORE = 'pulsegraph-ignore'; // where the browser of the site's owner keeps that it is not counted

  const [page, later] = [document, setTimeout]; // short names, for their bytes
  const { parse, stringify } = JSON;
  const script = page.currentScript;
  const attributes = script.dataset; // read for each event, since an application of one page may change them
  const address = new URL('/v1/e', script.src);
  const place = attributes.key;

  if (self[place]) {
    return; // one that is loaded twice tells everything once
  }
  self[place] = 1;

  const id = (numbers = new Uint32Array(4)) => crypto.getRandomValues(numbers).join('-');

  // What all pages of this origin share, by way of storage. Where that is blocked, full or not wanted, this page has it for itself.
  let visitor = id();
  let user = ''; // as the page identified the visitor
  let sessions = {}; // their ids, by user and share code
  let last = 0; // time of the last event
  let events = []; // those without an answer
  let alone;

  const isShared = () => !alone && attributes.storage != NONE;

  const read = () => {
    try {
      const stored = parse(isShared() && localStorage[place]);
      if (stored[3].every((event) => event.messageId) && stored[4].trim) {
        [visitor, sessions, last, events, user] = stored;
      }
    } catch (nothingOfOurs) {}
  };

  const write = () => {
    try {
      if (isShared()) {
        localStorage[place] = stringify([visitor, sessions, last, events, user]);
      }
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

  const record = (type, fields = {}) => {
    read();
    const { key, storage, hashRouting, replaceState, ...given } = attributes;
    const [anonymousId, sessionId] = storage == NONE ? [] : [visitor, session()]; // without storage the server makes them
    const text = stringify({
      type,
      ...fields,
      anonymousId,
      userId: user || undefined,
      timestamp: new Date(),
      messageId: id(),
      properties: { ...given, ...fields.properties },
      context: {
        sessionId,
        storage,
        page: {
          url: shown.slice(0, 1e3),
          referrer: referrer.slice(0, 1e3),
          title: [...page.title].slice(0, 99).join(''), // whole characters: the server takes no halves
        },
      },
    });
    if (text[ROOM]) {
      return console.warn('too large', text);
    }
    events.push(parse(text)); // what the page changes afterwards changes nothing
    events = events.slice(-KEPT);
    write();
    news = 1;
    if (events[MANY - 1] && wait == SOON) {
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
    let room = ROOM;
    const batch = events.filter((event) => (room -= stringify(event).length) >= 0);
    return batch[0] && stringify({ sentAt: new Date(), writeKey: place, batch });
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
    const { href } = location;
    const here = 'hashRouting' in attributes ? href : href.split('#')[0];
    if (here != shown && !page.prerendering) {
      referrer = shown || referrer;
      shown = here;
      record('page');
    }
  };

  const track = (event, properties) => record('track', { event, properties });

  /** Tells who the visitor is, or traits alone. Another user at this browser is another visitor. */
  const identify = (name, traits) => {
    if (Object(name) === name) {
      return identify('', name);
    }
    if (name) {
      read();
      if (user && user != name) {
        reset();
      }
      user = `${name}`;
      write();
    }
    record('identify', { traits });
  };

  const reset = () => {
    read();
    [visitor, sessions, user] = [id(), {}, ''];
    write();
  };

  const click = ({ button, target }) => {
    const element = button < 2 && target.closest && target.closest('[data-track],a[href]:not([href^="javascript:"])');
    const clickTarget = element && (element.dataset.track || [element.host, element.pathname].join(''));
    if (clickTarget) {
      track('Click', { clickTarget, clickCategory: element.dataset.trackCategory });
    }
  };

  const functions = { view, track, identify, reset };
  const api = (self.pulsegraph = self.pulsegraph || {}); // with what the page called before
  const calls = [['view']].concat(api.q || []);

  /** Does what was called, in that order and not before the page is shown: one that is rendered ahead may never be. */
  const run = () => {
    while (calls[0] && !page.prerendering) {
      try {
        const [name, ...values] = calls.shift();
        functions[name](...values);
      } catch (fault) {
        console.warn(fault);
      }
    }
  };

  const wish = location.href.match(/[?&]pulsegraph-ignore=([01])/) || [];
  let silent = navigator.doNotTrack == 1 || navigator.globalPrivacyControl || wish[1] == 1;
  try {
    if (wish[1]) {
      localStorage[IGNORE] = wish[1];
    }
    silent = silent || localStorage[IGNORE] == 1;
    if (silent || attributes.storage == NONE) {
      delete localStorage[place];
    }
  } catch (blocked) {}

  for (const name of ['track', 'identify', 'reset']) {
    api[name] = (...values) => {
      if (!silent) {
        calls.push([name, ...values]);
        run();
      }
    };
  }

  if (silent) {
    return;
  }

  const navigate = () => later(view); // after the application has set the title
  for (const change of ['pushState', 'replaceState']) {
    const native = history[change];
    history[change] = (...state) => {
      native.apply(history, state);
      if (change != 'replaceState' || change in attributes) {
        navigate();
      }
    };
  }

  const listeners = {
    click,
    prerenderingchange: run,
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
  run();
})();
