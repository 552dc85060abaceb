package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/firefox"
)

// TestFirefox runs tests in Firefox, which is started for them alone, at servers
// that know none of the names that other tests have taken.
//
// Some can't be: Firefox keeps the TCP connection of a WebSocket that was given
// up while it opened, whatever becomes of the page.
func TestFirefox(t *testing.T) {
	xmpp, meta, err := startServers()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(xmpp.Stop)
	t.Cleanup(meta.Close)
	fox, err := firefox.Start(context.Background(), firefox.Options{Secure: hostOf(t, meta.TLSURL)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fox.Close)
	share(t, xmpp, fox)

	for _, test := range []func(*testing.T){
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
		TestUserChangesThePasswordAndDeletesTheAccountOnThePage,
		TestCaptchaOfEjabberdIsSolvedOnThePage,
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
	} {
		t.Run(nameOf(test), test)
	}

	for _, name := range fox.Refused() {
		if !strings.HasSuffix(name, ".invalid:443") { // what the tests ask for
			t.Errorf("Firefox asked for %s", name)
		}
	}
}
