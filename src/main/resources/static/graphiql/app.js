/*
 * Pulsegraph's GraphiQL page: the token bar, and GraphiQL itself.
 *
 * No build step: React, ReactDOM and GraphiQL are the globals that the UMD
 * files in vendor/ define, loaded by the page before this file.
 *
 * The token is kept in this tab's sessionStorage and nowhere else. GraphiQL
 * itself keeps queries, variables and settings in localStorage; therefore its
 * headers editor is switched off, as its history would store headers there.
 */
(() => {
  'use strict';

  const ENDPOINT = document.getElementById('graphiql').dataset.endpoint;
  const TOKEN_KEY = 'pulsegraph.token';

  const DEFAULT_QUERY = `# Welcome to Pulsegraph.
#
# Paste a token into the bar above, then press
# Ctrl-Enter to run this query: who are you, which
# organizations do you see, what did they post?
#
# Ctrl-Space completes names. The book on the left
# opens the documentation of the schema.

query Dashboard {
  viewer {
    user {
      name
    }
    # Your organizations, your role in each
    organizations(first: 5) {
      nodes {
        slug
        name
        viewerRole
        # A post may be on several platforms
        posts(first: 3) {
          nodes {
            title
            platforms
            publishedAt
          }
        }
      }
    }
  }
}
`;

  const WHO_AM_I = '{ viewer { user { name email } apiKey { name } operator } }';

  // ---------------------------------------------------------------------------
  // Requests
  // ---------------------------------------------------------------------------

  /** Sends one GraphQL request; returns the HTTP status and the parsed body. */
  async function post(token, params, signal) {
    const response = await fetch(ENDPOINT, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(params),
      signal,
    });
    const text = await response.text();
    let body = null;
    try {
      body = JSON.parse(text);
    } catch {
      // Not JSON, for example a proxy's error page: the status has to do.
    }
    return { status: response.status, body };
  }

  /** The message in an answer that is not a success, in the server's own words. */
  function errorMessage({ status, body }) {
    const messages = (Array.isArray(body?.errors) ? body.errors : [])
      .map((error) => error?.message)
      .filter(Boolean);
    if (messages.length > 0) {
      return messages.join(' ');
    }
    const message = body?.detail ?? body?.message ?? body?.error;
    return typeof message === 'string' && message ? message : `HTTP status ${status}`;
  }

  /** A result in GraphQL's shape, for errors that did not come from the server. */
  const localError = (message) => ({ errors: [{ message }] });

  function isSubscription(documentAST, operationName) {
    const operations = (documentAST?.definitions ?? []).filter(
      (definition) => definition.kind === 'OperationDefinition',
    );
    const chosen = operationName
      ? operations.find((operation) => operation.name?.value === operationName)
      : operations[0];
    return chosen?.operation === 'subscription';
  }

  /**
   * What a subscription yields, with a connection's end told as a result. No
   * generator: its `return` would wait for a `next` that may never come, and
   * the stop button would stop nothing.
   */
  function withReadableErrors(results) {
    const iterator = results[Symbol.asyncIterator]();
    const failed = (error) => {
      if (!(error instanceof CloseEvent)) {
        throw error;
      }
      const why = error.reason || `code ${error.code}`;
      return { value: localError(`The connection was closed: ${why}`), done: false };
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => iterator.next().catch(failed),
      return: () => iterator.return(),
    };
  }

  /**
   * Makes the function through which GraphiQL sends everything. GraphiQL loads
   * the schema again whenever it is handed a new one.
   */
  function createFetcher(token) {
    const subscribe = window.GraphiQL.createFetcher({
      url: ENDPOINT,
      subscriptionUrl: new URL(ENDPOINT, location.href).href.replace(/^http/, 'ws'),
      wsConnectionParams: { Authorization: `Bearer ${token}` },
    });
    return async (params, options) => {
      if (!token) {
        return localError('There is no token yet: paste one into the bar above and press Save.');
      }
      if (isSubscription(options?.documentAST, params.operationName)) {
        return withReadableErrors(await subscribe(params, options));
      }
      const answer = await post(token, params);
      if (answer.status === 401 && token === acceptedToken) {
        // It was accepted before: it has expired, or was revoked.
        showState('bad', `This token was not accepted: ${errorMessage(answer)}`);
      }
      return answer.body ?? localError(`The server answered with HTTP status ${answer.status}.`);
    };
  }

  // ---------------------------------------------------------------------------
  // The token bar
  // ---------------------------------------------------------------------------

  const form = document.getElementById('token-form');
  const input = document.getElementById('token');
  const clearButton = document.getElementById('token-clear');
  const state = document.getElementById('token-state');

  /** The token that GraphiQL uses: one for which the server said who it is. */
  let acceptedToken = null;
  /** The check under way, to be given up when another one starts. */
  let check = null;

  function showState(kind, ...content) {
    state.dataset.kind = kind;
    state.replaceChildren(...content);
  }

  function showHint() {
    const command = document.createElement('code');
    command.textContent = './pulsegraph token --user owner@acme.example';
    showState('hint', 'Run ', command, ' and paste what it prints.');
  }

  function describe({ user, apiKey, operator }) {
    const names = [];
    if (user) {
      names.push(user.email ? `${user.name || 'user'} <${user.email}>` : user.name || 'user');
    }
    if (apiKey) {
      names.push(`API key “${apiKey.name}”`);
    }
    if (operator) {
      names.push(names.length > 0 ? 'operator' : 'the operator');
    }
    return `Signed in as ${names.join(', ') || 'an unnamed viewer'}`;
  }

  function setAcceptedToken(token) {
    if (token !== acceptedToken) {
      acceptedToken = token;
      renderEditor(token);
    }
  }

  /** Asks the server whose token this is; hands it to GraphiQL if it says so. */
  async function signIn(token) {
    check?.abort();
    const thisCheck = new AbortController();
    check = thisCheck;
    showState('busy', 'Checking the token …');

    let answer;
    try {
      answer = await post(token, { query: WHO_AM_I }, thisCheck.signal);
    } catch (error) {
      if (check === thisCheck) {
        setAcceptedToken(null);
        showState('bad', `The server could not be reached: ${error.message} (press Save to try again)`);
      }
      return;
    }
    if (check !== thisCheck) {
      return;
    }
    const viewer = answer.body?.data?.viewer;
    if (viewer) {
      input.value = '';
      input.placeholder = 'Paste another token';
      setAcceptedToken(token);
      showState('good', describe(viewer));
    } else if (answer.status === 401) {
      sessionStorage.removeItem(TOKEN_KEY);
      setAcceptedToken(null);
      showState('bad', `This token was not accepted: ${errorMessage(answer)}`);
    } else {
      // Not the token's fault as far as one can tell (a limit, a failure): keep it.
      setAcceptedToken(null);
      showState('bad', `The server answered: ${errorMessage(answer)} (press Save to try again)`);
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // "Bearer …" copied along from somewhere is not part of the token.
    const pasted = input.value.trim().replace(/^bearer\s+/i, '');
    // With an empty field, Save checks the token that is already there.
    const token = pasted || sessionStorage.getItem(TOKEN_KEY);
    if (!token) {
      showHint();
      input.focus();
    } else if (!/^[\x21-\x7e]+$/.test(token)) {
      showState('bad', 'This is not a token: a token is one word, without spaces.');
    } else {
      sessionStorage.setItem(TOKEN_KEY, token);
      signIn(token);
    }
  });

  clearButton.addEventListener('click', () => {
    sessionStorage.removeItem(TOKEN_KEY);
    // Start over, so that no result fetched with the token stays on the page.
    location.reload();
  });

  // ---------------------------------------------------------------------------
  // GraphiQL
  // ---------------------------------------------------------------------------

  const container = document.getElementById('graphiql');

  if (!window.React || !window.ReactDOM || !window.GraphiQL) {
    container.className += ' editor-failed';
    container.textContent = 'GraphiQL could not be loaded: a file under vendor/ is missing.';
    return;
  }

  const { createElement, useEffect } = window.React;
  const { GraphiQL } = window;
  const root = window.ReactDOM.createRoot(container);

  /** Adjusts GraphiQL's editors; it renders nothing itself. */
  function EditorSettings() {
    const { queryEditor, variableEditor, responseEditor } = GraphiQL.React.useEditorContext();

    // Hovering over the address of a picture in a response would load that
    // picture from wherever it is. The page talks to its own server only.
    useEffect(() => {
      responseEditor?.setOption('info', false);
    }, [responseEditor]);

    // Tab moves the focus on, as everywhere else, instead of indenting: no
    // keyboard trap. The completion list, while open, still takes it first.
    useEffect(() => {
      for (const editor of [queryEditor, variableEditor, responseEditor]) {
        editor?.addKeyMap({ Tab: false, 'Shift-Tab': false });
      }
    }, [queryEditor, variableEditor, responseEditor]);

    return null;
  }

  /**
   * Renders GraphiQL with a token, or without. It asks for the schema when its
   * `fetcher` or `schema` changes, unless `schema` is null.
   */
  function renderEditor(token) {
    root.render(
      createElement(
        GraphiQL,
        {
          fetcher: createFetcher(token),
          schema: token ? undefined : null,
          defaultQuery: DEFAULT_QUERY,
          isHeadersEditorEnabled: false,
          shouldPersistHeaders: false,
        },
        // In place of a link to another site.
        createElement(GraphiQL.Logo, null, 'GraphiQL'),
        createElement(EditorSettings),
      ),
    );
  }

  renderEditor(null);

  const savedToken = sessionStorage.getItem(TOKEN_KEY);
  if (savedToken) {
    signIn(savedToken);
  } else {
    showHint();
  }
})();
