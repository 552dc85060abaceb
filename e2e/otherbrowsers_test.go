package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/firefox"
	"github.com/xmppreg/xmppreg/e2e/site"
	"github.com/xmppreg/xmppreg/e2e/webkit"
)

// anotherBrowser is a browser that tests are run in once more.
type anotherBrowser interface {
	runner
	Refused() []string
	Close()
}

// otherBrowsers are started for a site that has https://*.test.
var otherBrowsers = map[string]func(secure string) (anotherBrowser, error){
	"firefox": func(secure string) (anotherBrowser, error) {
		return firefox.Start(context.Background(), firefox.Options{Secure: secure})
	},
	"webkit": func(secure string) (anotherBrowser, error) {
		return webkit.Start(context.Background(), webkit.Options{Secure: secure})
	},
}

// inOtherBrowsers are the tests of what depends on the browser. TestOtherBrowsers runs
// them once more.
//
// Some can't be: Firefox keeps the TCP connection of a WebSocket that was given
// up while it opened, whatever becomes of the page.
var inOtherBrowsers = []func(*testing.T){
	TestVisitorGetsAnAccountThatCanLogIn,
	TestTakenNameIsToldAtTheUserName,
	TestEmptyFieldIsRefusedBeforeItIsSent,
	TestServerThatIsDownIsSaidAndTriedAgain,
	TestFormIsSentThoughTheServerDroppedTheVisitorMeanwhile,
	TestServersFormTakesThePlaceWithoutDisturbing,
	TestValueThatProsodyWillNotTakeIsRefusedOnThePage,
	TestDomainLeadsToItsWebSocket,
	TestVisitorChoosesAmongTheDomainsOfAProvider,
	TestNothingIsSentBeforeTheTermsAreAgreedTo,
	TestLastPageSaysWhatToDoNext,
	TestDomainOutsideASCIIWorks,
	TestDomainWithoutAWebSocketIsExplained,
	TestFormIsUsedOnAScreenAsNarrowAsAPhones,
	TestWhoLeavesBeforeTheFormIsThereFindsTheFieldsAgain,
	TestUserChangesThePasswordAndDeletesTheAccountOnThePage,
	TestPictureAndSoundAreOfferedAndOneAnswerIsEnough,
	TestCaptchaOfEjabberdIsSolvedOnThePage,
	TestPagesWorkUnderTheStrictPolicyWithoutAViolation,
	TestClientRegistersAnAccount,
	TestAccountsLife,
	TestDeletionThatTheNetworkCutsOffIsFoundOut,
	TestSocketThatOpensAfterTheAbortIsClosed,
	TestSocketIsClosedByDisconnectAndTheNextOneOpensAfterOneThatNeverDid,
	TestSocketIsClosedWithACodeThatPagesMaySend,
	TestModuleIsCompiledWhileItLoads,
	TestModuleIsLoadedFromEveryHost,
	TestWorkerLeavesThePagesThreadAlone,
	TestModuleThatBrokeOffIsTakenUpAgain,
	TestSlowDownloadIsShownInBytes,
}

// TestOtherBrowsers runs tests in Firefox and in WebKit. Each is started for them alone,
// at servers that know none of the names that other tests have taken.
func TestOtherBrowsers(t *testing.T) {
	for name, start := range otherBrowsers {
		t.Run(name, func(t *testing.T) {
			xmpp, meta, err := startServers()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(xmpp.Stop)
			t.Cleanup(meta.Close)
			other, err := start(hostOf(t, meta.TLSURL))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(other.Close)
			share(t, xmpp, other)
			for _, test := range inOtherBrowsers {
				t.Run(nameOf(test), test)
			}
			for _, name := range other.Refused() {
				if !strings.HasSuffix(name, ".invalid:443") { // what the tests ask for
					t.Errorf("it asked for %s", name)
				}
			}
		})
	}
}

// TestLanguageOfWebKitThatIsNoneKeepsNobodyOut is about a user of no language: WebKit
// says then that it is "C". An ejabberd ends a stream with a language that is none.
func TestLanguageOfWebKitThatIsNoneKeepsNobodyOut(t *testing.T) {
	b, err := webkit.Start(t.Context(), webkit.Options{Locale: "C.UTF-8"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	share(t, server, b)
	s := startEjabberd(t, ejabberd.Options{})
	tab := client(t, site.Options{})
	var language string
	if tab.Eval(`navigator.language`, &language); language != "C" {
		t.Fatalf("WebKit's language is %q", language)
	}
	var jid string
	inPage(t, tab, fmt.Sprintf(`
		const reg = new RegistrationManager({ domain: 'open.test', url: %q });
		return (await reg.submit({ username: 'kim', password: 'correct horse' })).jid;
	`, s.WebSocketURL()), &jid)
	if jid != "kim@open.test" {
		t.Errorf("registered is %q", jid)
	}
}
