/* The demo page: its two views, as an application of one page has them, and the list of what was acknowledged. */
(() => {
  const SHOWN = 12;

  const snippet = document.querySelector('script[data-key]');
  const list = document.getElementById('receipts');
  const state = document.getElementById('state');
  const titles = { card: 'Olivia Owner · Acme Inc.', work: 'Work · Olivia Owner' };

  function show() {
    const view = new URLSearchParams(location.search).get('view') === 'work' ? 'work' : 'card';
    for (const name of Object.keys(titles)) {
      document.getElementById(name).hidden = name !== view;
    }
    for (const link of document.querySelectorAll('[data-view]')) {
      link.toggleAttribute('aria-current', link.dataset.view === view);
      if (link.dataset.view === view) {
        link.setAttribute('aria-current', 'page');
      }
    }
    document.title = titles[view];
    // The snippet reads its attributes for each event.
    snippet.dataset.pageType = view === 'work' ? 'portfolio' : 'card';
  }

  for (const link of document.querySelectorAll('[data-view]')) {
    link.addEventListener('click', (event) => {
      if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        history.pushState(null, '', link.href);
        show();
      }
    });
  }
  addEventListener('popstate', show);

  function say(kind, text) {
    state.dataset.kind = kind;
    state.textContent = text;
  }

  function cell(name, text) {
    const element = document.createElement(name);
    element.textContent = text;
    return element;
  }

  function line(event, rejection) {
    const item = document.createElement('li');
    const outcome = cell('b', rejection ? rejection.code : 'stored');
    if (rejection) {
      outcome.className = 'rejected';
      outcome.title = rejection.reason;
    }
    item.append(
      cell('time', new Date(event.timestamp).toLocaleTimeString()),
      cell('span', event.properties.clickTarget ? `click ${event.properties.clickTarget}` : `page ${event.properties.pageType}`),
      outcome,
    );
    return item;
  }

  addEventListener('receipt', ({ detail: { events, status, receipt } }) => {
    if (status !== 200 || !receipt) {
      say('bad', status ? `The server answered ${status}.` : 'The server could not be reached; the events wait.');
      return;
    }
    events.forEach((event, index) => {
      list.prepend(line(event, (receipt.rejected || []).find((rejection) => rejection.index === index)));
    });
    while (list.children.length > SHOWN) {
      list.lastChild.remove();
    }
    const { accepted, duplicates } = receipt;
    say('good', `${accepted} stored${duplicates ? `, ${duplicates} known already` : ''} with the last answer.`);
  });

  if (navigator.doNotTrack === '1' || navigator.globalPrivacyControl) {
    say('good', 'Your browser asks not to be tracked, so nothing is sent.');
  }
  show();
})();
