// Every message of the page passes here on its way out. Only these three leave.
const MESSAGES = new Set(['call', 'cancel', 'plugin:__TAURI_CHANNEL__|fetch']);

window.__TAURI_ISOLATION_HOOK__ = (message) => {
  if (!MESSAGES.has(message.cmd)) throw new Error('refused');
  return message;
};
