drop function app.notify_change(text, uuid);
