// Converse.js as a provider has it whose visitors come for an account: the sign-up is open.

window.converse.initialize({
  view_mode: 'fullscreen',
  allow_registration: true,
  registration_domain: 'example.test',
  websocket_url: new URLSearchParams(location.search).get('url'),
  discover_connection_methods: false,
  assets_path: './',
});
