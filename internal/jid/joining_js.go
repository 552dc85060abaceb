package jid

// isVirama tells whether a code point is of the combining class Virama, which is 9.
// JavaScript has no property for it, but NFD sorts marks by their classes.
func isVirama(r rune) (bool, error) {
	const class8, class10 = "\u3099", "\u05B0"
	mark := string(r)
	if r < 0x80 || mark == class8 || mark == class10 {
		return false, nil
	}
	sorted, err := normalize("NFD", class10+mark+class8)
	return err == nil && sorted == class8+mark+class10, err
}

// nonspacing are the marks without a width of their own. By default their joining
// type is Transparent (UAX #44, DerivedJoiningType.txt) and their bidirectional class NSM.
var nonspacing = pattern{source: `^[\p{Mn}\p{Me}]$`}

// joiningType is the property of that name, as far as the rules name it.
type joiningType uint8

const (
	joinsNothing joiningType = iota
	joinsLeft                // L
	joinsBoth                // D
	joinsRight               // R
	transparent              // T
)

func joiningTypeOf(r rune) (joiningType, error) {
	if r < 0x80 {
		return joinsNothing, nil
	}
	for t, all := range joiningTypes {
		if all.contain(r) {
			return joiningType(t), nil
		}
	}
	if is, err := nonspacing.matches(string(r)); is || err != nil {
		return transparent, err
	}
	return joinsNothing, nil
}

// isBetweenJoining is the second half of the rule for the zero-width non-joiner:
//
//	(Joining_Type:{L,D})(Joining_Type:T)*\u200C(Joining_Type:T)*(Joining_Type:{R,D})
//
// As in golang.org/x/text, viramas, Greek and Hebrew marks are not T in front of it.
func isBetweenJoining(s []rune, i int) (bool, error) {
	before, err := skipTransparent(s, i, -1)
	if err != nil {
		return false, err
	}
	for _, r := range s[before+1 : i] {
		for _, is := range []func(rune) (bool, error){isVirama, isGreek, isHebrew} {
			if other, err := is(r); other || err != nil {
				return false, err
			}
		}
	}
	after, err := skipTransparent(s, i, +1)
	if err != nil {
		return false, err
	}
	l, err := joiningTypeOf(at(s, before))
	if err != nil || l != joinsLeft && l != joinsBoth {
		return false, err
	}
	r, err := joiningTypeOf(at(s, after))
	return r == joinsRight || r == joinsBoth, err
}

// skipTransparent returns the place of the next code point, in that direction, that
// is not of the type T.
func skipTransparent(s []rune, i, step int) (int, error) {
	for {
		i += step
		if t, err := joiningTypeOf(at(s, i)); t != transparent || err != nil {
			return i, err
		}
	}
}

// joiningTypes has the types of Unicode 15 (DerivedJoiningType.txt): JavaScript has no
// property for them. Code points that addresses can't have are left out.
var joiningTypes = [...]ranges{
	joinsLeft: "" +
		"\ua872\ua872\U00010acd\U00010acd\U00010ad7\U00010ad7\U00010d00\U00010d00" +
		"\U00010fcb\U00010fcb",
	joinsBoth: "" +
		"\u0620\u0620\u0626\u0626\u0628\u0628\u062a\u062e\u0633\u063f\u0641\u0647\u0649\u064a" +
		"\u066e\u066f\u0679\u0687\u069a\u06bf\u06c1\u06c2\u06cc\u06cc\u06ce\u06ce\u06d0\u06d1" +
		"\u06fa\u06fc\u06ff\u06ff\u0712\u0714\u071a\u071d\u071f\u0727\u0729\u0729\u072b\u072b" +
		"\u072d\u072e\u074e\u0758\u075c\u076a\u076d\u0770\u0772\u0772\u0775\u0777\u077a\u077f" +
		"\u07ca\u07ea\u0841\u0845\u0848\u0848\u084a\u0853\u0855\u0855\u0860\u0860\u0862\u0865" +
		"\u0868\u0868\u0886\u0886\u0889\u088d\u08a0\u08a9\u08af\u08b0\u08b3\u08b8\u08ba\u08c8" +
		"\u1820\u1878\u1887\u18a8\u18aa\u18aa\ua840\ua871\U00010ac0\U00010ac4\U00010ad3\U00010ad6" +
		"\U00010ad8\U00010adc\U00010ade\U00010ae0\U00010b80\U00010b80\U00010b82\U00010b82" +
		"\U00010b86\U00010b88\U00010b8a\U00010b8b\U00010b8d\U00010b8d\U00010b90\U00010b90" +
		"\U00010d01\U00010d21\U00010d23\U00010d23\U00010f30\U00010f32\U00010f34\U00010f44" +
		"\U00010f70\U00010f73\U00010f76\U00010f81\U00010fb0\U00010fb0\U00010fb2\U00010fb3" +
		"\U00010fb8\U00010fb8\U00010fbb\U00010fbc\U00010fbe\U00010fbf\U00010fc1\U00010fc1" +
		"\U00010fc4\U00010fc4\U0001e900\U0001e943",
	joinsRight: "" +
		"\u0622\u0625\u0627\u0627\u0629\u0629\u062f\u0632\u0648\u0648\u0671\u0673\u0688\u0699" +
		"\u06c0\u06c0\u06c3\u06cb\u06cd\u06cd\u06cf\u06cf\u06d2\u06d3\u06d5\u06d5\u06ee\u06ef" +
		"\u0710\u0710\u0715\u0719\u071e\u071e\u0728\u0728\u072a\u072a\u072c\u072c\u072f\u072f" +
		"\u074d\u074d\u0759\u075b\u076b\u076c\u0771\u0771\u0773\u0774\u0778\u0779\u0840\u0840" +
		"\u0846\u0847\u0849\u0849\u0854\u0854\u0856\u0858\u0867\u0867\u0869\u086a\u0870\u0882" +
		"\u088e\u088e\u08aa\u08ac\u08ae\u08ae\u08b1\u08b2\u08b9\u08b9\U00010ac5\U00010ac5" +
		"\U00010ac7\U00010ac7\U00010ac9\U00010aca\U00010ace\U00010ad2\U00010add\U00010add" +
		"\U00010ae1\U00010ae1\U00010ae4\U00010ae4\U00010b81\U00010b81\U00010b83\U00010b85" +
		"\U00010b89\U00010b89\U00010b8c\U00010b8c\U00010b8e\U00010b8f\U00010b91\U00010b91" +
		"\U00010d22\U00010d22\U00010f33\U00010f33\U00010f74\U00010f75\U00010fb4\U00010fb6" +
		"\U00010fb9\U00010fba\U00010fbd\U00010fbd\U00010fc2\U00010fc3",
	transparent: "\U0001171e\U0001171e\U0001e94b\U0001e94b",
}
