package form

import (
	"strconv"
	"strings"
)

// A CaptchaKind is what has to be perceived to answer a CAPTCHA.
type CaptchaKind string

const (
	ImageCaptcha    CaptchaKind = "image"
	AudioCaptcha    CaptchaKind = "audio"
	VideoCaptcha    CaptchaKind = "video"
	QuestionCaptcha CaptchaKind = "question" // the label, or work for a machine
)

// captchaKinds are the answers that XEP-0158 section 6 knows.
var captchaKinds = map[string]CaptchaKind{
	"ocr": ImageCaptcha, "picture_q": ImageCaptcha, "picture_recog": ImageCaptcha,
	"audio_recog": AudioCaptcha, "speech_q": AudioCaptcha, "speech_recog": AudioCaptcha,
	"video_q": VideoCaptcha, "video_recog": VideoCaptcha,
	"qa": QuestionCaptcha, "SHA-256": QuestionCaptcha,
}

// Captcha tells which kind of CAPTCHA the field answers, "" if it does not answer one.
// Such an answer is good for one form only. A field with media always counts as an answer
// to a CAPTCHA, whatever its name is.
func (field *Field) Captcha() CaptchaKind {
	if field.Fallback || !field.Type.takesAnswers() {
		return ""
	}
	if kind, known := captchaKinds[field.Name]; known {
		return kind
	}
	if len(field.Media) > 0 {
		return CaptchaKind(field.Media[0].Kind())
	}
	return ""
}

// HasCaptcha tells whether the form holds a CAPTCHA (XEP-0158), which most
// servers let be answered only once.
func (f *Form) HasCaptcha() bool {
	if !f.IsDataForm {
		return false
	}
	for i := range f.Fields {
		field := &f.Fields[i]
		_, isAnswer := captchaKinds[field.Name]
		switch {
		case field.Type == Hidden:
			if field.Name == "challenge" || field.Name == "FORM_TYPE" && first(field.Values) == nsCaptcha {
				return true
			}
		case isAnswer, len(field.Media) > 0:
			return true
		}
	}
	return false
}

// CaptchaAnswers returns how many answers to the form's CAPTCHA suffice, with the
// required ones among them. Answers that people can't give don't count. It is 0 if the
// form has no CAPTCHA.
func (f *Form) CaptchaAnswers() int {
	all, required := 0, 0
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Captcha() == "" || field.Control() == ControlNone {
			continue
		}
		all++
		if field.Required {
			required++
		}
	}
	return max(min(f.captchaAnswersNeeded(), all), required)
}

// checkCaptcha refuses a form that has fewer answers to its CAPTCHA than it needs. That
// the required ones are there has been checked before.
func (f *Form) checkCaptcha(answered map[string]bool) error {
	missing := f.captchaAnswersNeeded()
	var open *Field // the first that is not answered
	for i := range f.Fields {
		switch field := &f.Fields[i]; {
		case field.Captcha() == "":
		case answered[field.Name]:
			missing--
		case open == nil:
			open = field
		}
	}
	if missing <= 0 {
		return nil
	}
	e := open.refuse(RuleAnswers)
	e.Text = "or to other fields of the CAPTCHA is missing: " + strconv.Itoa(missing) + " more wanted"
	return e
}

// captchaAnswersNeeded returns how many answers the form's CAPTCHA needs: as many as the
// hidden field "answers" says (XEP-0158 section 3.2), one without that field (section
// 3.1.3). If the CAPTCHA has fewer fields than that, the other required fields count as
// answers, as in the example of section 4.
func (f *Form) captchaAnswersNeeded() int {
	all, others := 0, 0
	for i := range f.Fields {
		if field := &f.Fields[i]; field.Captcha() != "" {
			all++
		} else if field.Required && field.Type.takesAnswers() {
			others++
		}
	}
	needed := 0
	if id := f.Field("challenge"); id != nil && id.Type == Hidden {
		needed = 1
	}
	if count := f.Field("answers"); count != nil && count.Type == Hidden {
		if n, err := strconv.ParseUint(strings.TrimSpace(first(count.Values)), 10, 31); err == nil {
			needed = int(n)
		}
	}
	if needed > all {
		needed = max(needed-others, 1)
	}
	return min(needed, all)
}
