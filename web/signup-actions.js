import { domainName, isLink } from './settings.js';

/**
 * What the buttons of a sign-up do.
 *
 * @param {import('./signup-panel.js').SignUpPanel} panel
 * @returns {import('./signup-pages.js').Actions}
 */
export function signUpActions(panel) {
  const { state } = panel;
  return {
    async answer() {
      const { question } = state;
      if (!question || !(await question.validate())) return;
      const text = String(question.read().domain).trim();
      const domain = isLink(text) ? '' : domainName(text);
      if (!domain && !isLink(text)) {
        question.showProblem('domain', texts => texts.check.domain);
        return;
      }
      state.question = null;
      panel.choose(domain);
      if (domain) panel.begin();
      else panel.invite(text);
    },
    send: () => panel.attempt?.send(),
    async invite() {
      const { invitation } = state;
      if (invitation && (await invitation.validate())) panel.invite(String(invitation.read().invitation).trim());
    },
    goOnWithout: () => panel.invite(''),
    retry: () => panel.retry(),
    chooseProvider: () => panel.chooseAnother(),
    async copy() {
      const isCopied = await panel.copy(state.account?.jid ?? '', panel.find('.address'));
      panel.update({ copied: isCopied ? 'copied' : 'selected' });
    },
  };
}
