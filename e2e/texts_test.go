package e2e

import (
	"os/exec"
	"testing"
)

// compareTexts prints how the translations in its folder differ from en.js. The
// files go to node as data: by their names alone it would not take them for
// modules.
const compareTexts = `
import { readFileSync, readdirSync } from 'node:fs';

const load = async file => (await import('data:text/javascript;base64,' + readFileSync(file).toString('base64'))).texts;
const typeOf = value => (Array.isArray(value) ? 'array' : typeof value);
const places = text => (text.match(/\{\w+\}/g) ?? []).sort().join(' ') || 'none';

function compare(path, want, got) {
	if (typeOf(got) !== typeOf(want)) {
		console.log(path + ': ' + typeOf(got) + ', in English ' + typeOf(want));
	} else if (typeof want === 'string') {
		if (places(got) !== places(want)) console.log(path + ': places ' + places(got) + ', in English ' + places(want));
		if (!got.trim() !== !want) console.log(path + ': ' + (want ? 'empty' : 'not empty') + ', unlike in English');
	} else {
		for (const key of Object.keys(want)) {
			if (Object.hasOwn(got, key)) compare(path + '.' + key, want[key], got[key]);
			else console.log(path + '.' + key + ': missing');
		}
		for (const key of Object.keys(got)) {
			if (!Object.hasOwn(want, key)) console.log(path + '.' + key + ': not in English');
		}
	}
}

const english = await load('en.js');
const translations = readdirSync('.').filter(file => file.endsWith('.js') && file !== 'en.js' && file !== 'early.js');
if (translations.length === 0) console.log('no translations');
for (const file of translations) {
	try {
		compare(file, english, await load(file));
	} catch (error) {
		console.log(file + ': ' + error);
	}
}
`

func TestTranslationsHaveTheSameKeys(t *testing.T) {
	for _, dir := range []string{"../web/texts", "../web/check/texts"} {
		cmd := exec.Command("node", "--input-type=module", "--eval", compareTexts)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", dir, err, out)
		}
	}
}
