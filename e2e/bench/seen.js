// Runs before a page's own scripts. It marks, by performance.mark(), the first frame with
// a field that takes keys, and the first one with the server's form.
{
  let received = false;
  addEventListener('registrationFormReceived', () => (received = true));

  // Callbacks run before their frame is painted: what they see is on the screen with it.
  requestAnimationFrame(function look() {
    const signup = document.querySelector('xmpp-signup');
    const shows = selector => {
      const input = (signup?.shadowRoot ?? document).querySelector(selector);
      return input?.checkVisibility() && !input.readOnly && !input.disabled;
    };
    const mark = (name, there) => there && !performance.getEntriesByName(name).length && performance.mark(name);
    mark('field', shows('input[name=username]'));
    // Ours draws its fields before it knows them from the server.
    if (mark('form', shows('input[type=password]') && (received || !signup))) return;
    requestAnimationFrame(look);
  });
}
