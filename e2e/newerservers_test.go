package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/servertest"
)

// aboutServers are the tests of what depends on the server. TestNewerServers runs
// them once more.
var aboutServers = []func(*testing.T){
	TestVisitorGetsAnAccountThatCanLogIn,
	TestTakenNameIsToldAtTheUserName,
	TestRegistrationSwitchedOffIsSaid,
	TestServerThatIsDownIsSaidAndTriedAgain,
	TestDomainLeadsToItsWebSocket,
	TestDomainOutsideASCIIWorks,
	TestFormIsSentThoughTheServerDroppedTheVisitorMeanwhile,
	TestServersOwnTimeLimitDoesNotDisturbTheVisitor,
	TestFieldsThatProsodyIsToldToAskForAreAskedFor,
	TestValueThatProsodyWillNotTakeIsRefusedOnThePage,
	TestFormOfAMebibyteIsDrawnAndSent,
	TestInvitationLeadsToAnAccount,
	TestInvitationByNameSettlesTheName,
	TestContactsInvitationLeadsToAnAccountWithAnyName,
	TestInvitationThatDoesNotCountIsSaidAndReplaced,
	TestInvitationThatIsTypedForTheProviderCounts,
	TestEachThingThatIsWrongWithAnInvitationHasWordsOfItsOwn,
	TestServerThatWantsAnInvitationSaysSoAndTakesOne,
	TestInvitationSetsANewPasswordForAnAccount,
	TestClientRegistersWithAnInvitation,
	TestAddressThatTheServerSendsItsUsersToIsOffered,
	TestPasswordPolicyIsToldInTheServersWords,
	TestPasswordPolicyHoldsForChanges,
	TestNameThatProsodyBlocksWithoutAWordIsSaidInOurs,
	TestThrottlingOfProsodyIsSaid,
	TestNetworkThatIsKeptOutIsToldSo,
	TestStreamErrorsOfProsodyHaveTheirReasons,
	TestClientRegistersAnAccount,
	TestErrorsAreRegistrationErrors,
	TestAccountsLife,
	TestEveryStorageOfPasswordsIsLoggedInTo,
	TestDeletionThatTheNetworkCutsOffIsFoundOut,
	TestFormIsKeptAndSentOnConnect,
	TestServicesAreRegisteredWith,
	TestOverTheConnectionOfAClient,
	TestUserChangesThePasswordAndDeletesTheAccountOnThePage,
	TestCheckSaysWhichForm,
	TestCaptchaOfEjabberdIsSolvedOnThePage,
	TestCaptchaOutlivesTheStreamThatEjabberdDrops,
	TestCaptchaComesOutOfTheWorkerAndGoesWithItsManager,
	TestAccountsLifeAtEjabberd,
	TestEveryHashOfEjabberdIsLoggedInWith,
	TestThrottlingOfEjabberdIsSaid,
	TestCaptchasOfEjabberdAreLimited,
	TestCaptchaThatEjabberdCannotMakeIsItsError,
	TestCaptchaThatCannotBeExchangedIsSaid,
	TestEjabberdSpeaksTheVisitorsLanguage,
	TestRulesOfEjabberdAreSaidOnThePage,
	TestConfigurationsOfTheDocumentationWork,
	TestConfigurationsOfTheDocumentationWorkInFrontOfEjabberd,
	TestEveryFaultEndsRight,
}

// TestNewerServers runs the tests that are about servers against those of a newer
// Debian release.
func TestNewerServers(t *testing.T) {
	servertest.Need(t, debian.Trixie)
	release = debian.Trixie
	t.Cleanup(func() { release = debian.Installed })
	xmpp, meta, err := startServers()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(xmpp.Stop)
	t.Cleanup(meta.Close)
	chromium, err := startChromium(meta)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	share(t, xmpp, chromium)
	for _, test := range aboutServers {
		t.Run(nameOf(test), test)
	}
}
