package jid

// direction is what the Bidi Rule (RFC 5893) needs to know of a code point's
// bidirectional class.
type direction uint8

const (
	leftToRight    direction = iota // L
	rightToLeft                     // R or AL
	arabicNumber                    // AN
	europeanNumber                  // EN
	mark                            // NSM
	neutral                         // ES, CS, ET, ON or BN
)

// isRightToLeft tells whether it makes a label one from right to left.
func (d direction) isRightToLeft() bool { return d == rightToLeft || d == arabicNumber }

// symbol are symbols and punctuation marks, which are neutral by default.
var symbol = pattern{source: `^[\p{S}\p{P}]$`}

// directionOf returns the direction of a code point that an address can have:
// JavaScript has no property for it. It follows from the general category and from
// the areas that Unicode reserves for scripts from right to left, but for the
// exceptions below.
func directionOf(r rune) (direction, error) {
	switch {
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return leftToRight, nil
	case '0' <= r && r <= '9':
		return europeanNumber, nil
	case r < 0x80:
		return neutral, nil
	}
	for d, exceptions := range directions {
		if exceptions.contain(r) {
			return direction(d), nil
		}
	}
	if is, err := nonspacing.matches(string(r)); is || err != nil {
		return mark, err
	}
	if reservedRightToLeft.contain(r) {
		return rightToLeft, nil
	}
	if is, err := symbol.matches(string(r)); is || err != nil {
		return neutral, err
	}
	return leftToRight, nil
}

// hasRightToLeft tells whether a string has a letter or number of a script from
// right to left.
func hasRightToLeft(s string) (bool, error) {
	for _, r := range s {
		if d, err := directionOf(r); d.isRightToLeft() || err != nil {
			return true, err
		}
	}
	return false, nil
}

// checkBidi applies the Bidi Rule (RFC 5893 section 2).
func checkBidi(s string) error {
	var seen [neutral + 1]bool
	label := leftToRight // 1
	canEnd := true       // 3 and 6
	for i, r := range s {
		d, err := directionOf(r)
		if err != nil {
			return err
		}
		seen[d] = true
		switch {
		case i == 0 && d != leftToRight && d != rightToLeft: // 1
			return errBidi
		case i == 0:
			label = d
		case label == rightToLeft && d == leftToRight: // 2
			return errBidi
		case label == leftToRight && d.isRightToLeft(): // 5
			return errBidi
		case d != mark:
			canEnd = d != neutral
		}
	}
	if !canEnd || seen[europeanNumber] && seen[arabicNumber] { // 4
		return errBidi
	}
	return nil
}

const reservedRightToLeft ranges = "\u0590\u08ff\ufb1d\ufdff\ufe70\ufeff\U00010800\U00010fff\U0001e800\U0001efff"

// directions are the exceptions of Unicode 15 (DerivedBidiClass.txt).
var directions = [...]ranges{
	neutral: "" +
		"\u00ad\u00ad\u00bc\u00be\u02b9\u02ba\u02c6\u02cf\u02ec\u02ec\u0374\u0374\u0606\u0607" +
		"\u0609\u060a\u060c\u060c\u060e\u060f\u066a\u066a\u06de\u06de\u06e9\u06e9\u07f6\u07f9" +
		"\u0c78\u0c7e\u17f0\u17f9\u200b\u200d\u2060\u2060\u2064\u2064\u2150\u215f\u2189\u2189" +
		"\u2460\u2473\u24ea\u24ff\u2776\u2793\u2cfd\u2cfd\u2e2f\u2e2f\u3251\u325f\u32b1\u32bf" +
		"\ua67f\ua67f\ua717\ua71f\ua788\ua788\ufd3e\ufd4f\ufdcf\ufdcf\ufdfd\ufdff\ufeff\ufeff" +
		"\U00010140\U00010178\U0001018a\U0001018b\U0001091f\U0001091f\U00010b39\U00010b3f" +
		"\U00011052\U00011065\U0001bca0\U0001bca3\U0001eef0\U0001eef1\U0001f10b\U0001f10c",
	europeanNumber: "" +
		"\u00b2\u00b3\u00b9\u00b9\u06f0\u06f9\u2070\u2070\u2074\u2079\u2080\u2089\uff10\uff19" +
		"\U000102e1\U000102fb\U0001d7ce\U0001d7ff\U0001fbf0\U0001fbf9",
	leftToRight: "" +
		"\u0482\u0482\u055a\u055f\u0589\u0589\u0964\u0965\u0970\u0970\u09fa\u09fa\u09fd\u09fd" +
		"\u0a76\u0a76\u0af0\u0af0\u0b70\u0b70\u0c77\u0c77\u0c7f\u0c7f\u0c84\u0c84\u0cbf\u0cbf" +
		"\u0cc6\u0cc6\u0d4f\u0d4f\u0d79\u0d79\u0df4\u0df4\u0e4f\u0e4f\u0e5a\u0e5b\u0f01\u0f17" +
		"\u0f1a\u0f1f\u0f34\u0f34\u0f36\u0f36\u0f38\u0f38\u0f85\u0f85\u0fbe\u0fc5\u0fc7\u0fcc" +
		"\u0fce\u0fda\u104a\u104f\u109e\u109f\u10fb\u10fb\u1360\u1368\u166d\u166e\u16eb\u16ed" +
		"\u1735\u1736\u17d4\u17d6\u17d8\u17da\u1a1e\u1a1f\u1aa0\u1aa6\u1aa8\u1aad\u1b5a\u1b6a" +
		"\u1b74\u1b7e\u1bfc\u1bff\u1c3b\u1c3f\u1c7e\u1c7f\u1cc0\u1cc7\u1cd3\u1cd3\u214f\u214f" +
		"\u2336\u237a\u2395\u2395\u24b6\u24e9\u26ac\u26ac\u2800\u28ff\u2d70\u2d70\u3190\u3191" +
		"\u3196\u319f\u3244\u3247\u3260\u327b\u327f\u327f\u328a\u32b0\u32c0\u32cb\u32d0\u3376" +
		"\u337b\u33c1\u33c3\u33c6\u33c8\u33d7\u33d9\u33dd\u33e0\u33fe\ua4fe\ua4ff\ua6f2\ua6f7" +
		"\ua789\ua78a\ua836\ua837\ua8ce\ua8cf\ua8f8\ua8fa\ua8fc\ua8fc\ua92e\ua92f\ua95f\ua95f" +
		"\ua9c1\ua9cd\ua9de\ua9df\uaa5c\uaa5f\uaa77\uaa79\uaade\uaadf\uaaf0\uaaf1\uab5b\uab5b" +
		"\uabeb\uabeb\U00010100\U00010100\U00010102\U00010102\U00010137\U0001013f" +
		"\U0001018d\U0001018e\U000101d0\U000101fc\U0001039f\U0001039f\U000103d0\U000103d0" +
		"\U0001056f\U0001056f\U00011047\U0001104d\U000110bb\U000110bc\U000110be\U000110c1" +
		"\U00011140\U00011143\U00011174\U00011175\U000111c5\U000111c8\U000111cd\U000111cd" +
		"\U000111db\U000111db\U000111dd\U000111df\U00011238\U0001123d\U000112a9\U000112a9" +
		"\U0001144b\U0001144f\U0001145a\U0001145b\U0001145d\U0001145d\U000114c6\U000114c6" +
		"\U000115c1\U000115d7\U00011641\U00011643\U000116b9\U000116b9\U0001173c\U0001173f" +
		"\U0001183b\U0001183b\U00011944\U00011946\U000119e2\U000119e2\U00011a07\U00011a08" +
		"\U00011a3f\U00011a46\U00011a9a\U00011a9c\U00011a9e\U00011aa2\U00011b00\U00011b09" +
		"\U00011c3f\U00011c3f\U00011c41\U00011c45\U00011c70\U00011c71\U00011ef7\U00011ef8" +
		"\U00011f43\U00011f4f\U00011fff\U00011fff\U00012470\U00012474\U00012ff1\U00012ff2" +
		"\U00016a6e\U00016a6f\U00016af5\U00016af5\U00016b37\U00016b3f\U00016b44\U00016b45" +
		"\U00016e97\U00016e9a\U0001bc9c\U0001bc9c\U0001bc9f\U0001bc9f\U0001cf50\U0001cfc3" +
		"\U0001d000\U0001d0f5\U0001d100\U0001d126\U0001d129\U0001d164\U0001d16a\U0001d16c" +
		"\U0001d183\U0001d184\U0001d18c\U0001d1a9\U0001d1ae\U0001d1e8\U0001d6c1\U0001d6c1" +
		"\U0001d6fb\U0001d6fb\U0001d735\U0001d735\U0001d76f\U0001d76f\U0001d7a9\U0001d7a9" +
		"\U0001d800\U0001d9ff\U0001da37\U0001da3a\U0001da6d\U0001da74\U0001da76\U0001da83" +
		"\U0001da85\U0001da8b\U0001e14f\U0001e14f\U0001f12a\U0001f12e\U0001f130\U0001f169" +
		"\U0001f170\U0001f1ac\U0001f1e6\U0001f202\U0001f210\U0001f23b\U0001f240\U0001f248" +
		"\U0001f250\U0001f251",
	arabicNumber: "" +
		"\u0660\u0669\u066b\u066c\U00010d30\U00010d39\U00010e60\U00010e7e",
	mark: "" +
		"\U0001171e\U0001171e",
}
