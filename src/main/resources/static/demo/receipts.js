/*
 * Before the snippet is there: lets this page see what the snippet sends and what the server answers. The snippet itself needs
 * nothing of this.
 */
(() => {
  const send = window.fetch;

  window.fetch = async (address, options) => {
    const request = JSON.parse(options.body);
    const tell = (detail) =>
      window.dispatchEvent(new CustomEvent('receipt', { detail: Object.assign({ events: request.batch }, detail) }));
    try {
      const response = await send(address, options);
      response
        .clone()
        .json()
        .catch(() => null)
        .then((receipt) => tell({ status: response.status, receipt }));
      return response;
    } catch (error) {
      tell({ error });
      throw error;
    }
  };
})();
