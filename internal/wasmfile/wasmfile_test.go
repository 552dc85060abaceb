package wasmfile

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

// module puts a module together of sections, each with its id first.
func module(sections ...[]byte) []byte {
	b := []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range sections {
		b = append(b, s[0])
		b = appendUint(b, uint32(len(s)-1))
		b = append(b, s[1:]...)
	}
	return b
}

func section(id byte, parts ...[]byte) []byte { return append([]byte{id}, slices.Concat(parts...)...) }

var (
	onePage = section(memorySection, []byte{1, 0, 1})
	// A function that does nothing, of the first type.
	typed    = section(1, []byte{1, 0x60, 0, 0})
	declared = section(3, []byte{1, 0})
	code     = section(codeSection, []byte{1, 2, 0, 0x0b})
	imported = section(importSection, []byte{1, 2, 'g', 'o', 1, 'f', 0, 0})
	named    = section(customSection, []byte{4, 'n', 'a', 'm', 'e', 1, 2, 3})
)

// at is a data segment.
func at(offset int32, contents string) []byte {
	b := append(AppendInt([]byte{0, 0x41}, offset), 0x0b)
	return append(appendUint(b, uint32(len(contents))), contents...)
}

func data(segments ...[]byte) []byte {
	return section(dataSection, appendUint(nil, uint32(len(segments))), slices.Concat(segments...))
}

func parse(t *testing.T, b []byte) *Module {
	t.Helper()
	m, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestModuleIsWrittenAsItWasRead(t *testing.T) {
	b := module(named, typed, imported, declared, onePage, code, data(at(8, "abc")), named)
	m := parse(t, b)
	if got := m.Encode(); !bytes.Equal(got, b) {
		t.Errorf("%x became %x", b, got)
	}
	var names []string
	for _, s := range m.Sections {
		names = append(names, s.Name())
	}
	if got := strings.Join(names, " "); got != "name type import function memory code data name" {
		t.Error(got)
	}
	bodies, err := m.Code()
	if err != nil || len(bodies) != 1 || string(bodies[0]) != "\x00\x0b" {
		t.Errorf("code %x, %v", bodies, err)
	}
	m.DropCustom()
	if got, want := m.Encode(), module(typed, imported, declared, onePage, code, data(at(8, "abc"))); !bytes.Equal(got, want) {
		t.Errorf("without custom sections it is %x", got)
	}
}

func TestMemoryIsWhatTheSegmentsSet(t *testing.T) {
	m := parse(t, module(imported, onePage, data(at(16, "second"), at(2, "first"), at(22, ""), at(22, "third"))))
	memory, err := m.Memory()
	if want := "\x00\x00first" + strings.Repeat("\x00", 9) + "secondthird"; err != nil || string(memory) != want {
		t.Errorf("%q, %v", memory, err)
	}
}

func TestSegmentsAreSeparatedWhereThereAreEnoughZeros(t *testing.T) {
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	for memory, want := range map[string][]byte{
		"":         data(),
		zeros(100): data(),
		"a":        data(at(0, "a")),
		zeros(70) + "a" + zeros(9) + "b" + zeros(9): data(at(70, "a"+zeros(9)+"b")),
		"a" + zeros(10) + "b" + zeros(3) + "c":      data(at(0, "a"), at(11, "b"+zeros(3)+"c")),
		zeros(9000) + "a" + zeros(100) + "b":        data(at(9000, "a"), at(9101, "b")),
	} {
		m := parse(t, module(onePage, data(at(8, "before"))))
		if err := m.SetMemory([]byte(memory), 10); err != nil {
			t.Fatal(err)
		}
		if got := m.Encode(); !bytes.Equal(got, module(onePage, want)) {
			t.Errorf("%q became %q, not %q", memory, got, module(onePage, want))
		}
		again, err := m.Memory()
		if err != nil || string(again) != strings.TrimRight(memory, "\x00") {
			t.Errorf("%q is read as %q, %v", memory, again, err)
		}
	}
	m := parse(t, module(onePage, data()))
	if err := m.SetMemory(make([]byte, pageSize+1), 10); err == nil {
		t.Error("more than the memory holds is fine")
	}
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		module []byte
		says   string
	}{
		"nothing":             {nil, "no WebAssembly module"},
		"another magic":       {[]byte("\x00asn\x01\x00\x00\x00"), "no WebAssembly module"},
		"another version":     {[]byte("\x00asm\x02\x00\x00\x00"), "version"},
		"a component":         {[]byte("\x00asm\x0d\x00\x01\x00"), "version"},
		"an unknown section":  {module(section(13, []byte{0})), "unknown kind, 13"},
		"a section twice":     {module(onePage, onePage), "twice or too late"},
		"another order":       {module(data(), onePage), "twice or too late"},
		"a section cut short": {module(onePage)[:10], "end comes too early"},
		"a length cut short":  {append(module(), 1, 0x80), "end comes too early"},
		"a length too long":   {append(module(), 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0), "more than five bytes"},
		"a length too large":  {append(module(), 1, 0xff, 0xff, 0xff, 0xff, 0x1f), "more than 32 bits"},

		"a count of segments":   {module(onePage, section(dataCountSection, []byte{0}), data()), "instructions may refer"},
		"no data":               {module(onePage), "no data"},
		"no memory":             {module(data()), "no memory"},
		"two memories":          {module(section(memorySection, []byte{2, 0, 1, 0, 1}), data()), "2 memories"},
		"a shared memory":       {module(section(memorySection, []byte{1, 3, 1, 1}), data()), "unknown kind, 3"},
		"an imported memory":    {module(section(importSection, []byte{1, 1, 'a', 1, 'b', 2, 0, 1}), onePage, data()), "something else than a function"},
		"a passive segment":     {module(onePage, section(dataSection, []byte{1, 1, 1, 'a'})), "its kind is 1"},
		"another memory":        {module(onePage, section(dataSection, []byte{1, 2, 0, 0x41, 0, 0x0b, 0})), "its kind is 2"},
		"a global as offset":    {module(onePage, section(dataSection, []byte{1, 0, 0x23, 0, 0x0b, 0})), "no constant"},
		"a sum as offset":       {module(onePage, section(dataSection, []byte{1, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b, 0})), "is computed"},
		"a large offset":        {module(onePage, section(dataSection, []byte{1, 0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b, 0})), "more than 32 bits"},
		"beyond the memory":     {module(onePage, data(at(pageSize-2, "abc"))), "ends at 65537"},
		"at the end of 32 bits": {module(onePage, data(at(-1, "a"))), "ends at 4294967296"},
		"an overlap":            {module(onePage, data(at(8, "abc"), at(10, "d"))), "two data segments"},
		"data cut short":        {module(onePage, section(dataSection, []byte{2}, at(8, "abc"))), "end comes too early"},
		"data left over":        {module(onePage, section(dataSection, []byte{1}, at(8, "abc"), []byte{0})), "1 bytes are left over"},
	} {
		m, err := Parse(c.module)
		if err == nil {
			_, err = m.Memory()
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string][]byte{
		"code cut short": section(codeSection, []byte{2, 2, 0, 0x0b}),
		"code left over": section(codeSection, []byte{1, 2, 0, 0x0b, 0}),
	} {
		if _, err := parse(t, module(bad)).Code(); err == nil {
			t.Errorf("%s: fine", name)
		}
	}
}

func TestNumbersAreReadAsTheyAreWritten(t *testing.T) {
	for _, v := range []int64{0, 1, 63, 64, 127, 128, 8191, 8192, 1<<31 - 1, 1 << 31, 1<<32 - 1, -1, -64, -65, math.MinInt32} {
		if v >= 0 {
			r := reader{rest: appendUint(nil, uint32(v))}
			if got, err := r.uint(""); err != nil || int64(got) != v || len(r.rest) > 0 {
				t.Errorf("%d is read as %d, %v", v, got, err)
			}
		}
		if v == int64(int32(v)) {
			r := reader{rest: AppendInt(nil, int32(v))}
			if got, err := r.int(""); err != nil || int32(got) != int32(v) || len(r.rest) > 0 {
				t.Errorf("%d is read as %d, %v", v, int32(got), err)
			}
		}
	}
	// Numbers may have more bytes than they need; the linker writes lengths so.
	r := reader{rest: []byte{0x83, 0x80, 0x80, 0x80, 0}}
	if got, err := r.uint(""); err != nil || got != 3 {
		t.Errorf("%d, %v", got, err)
	}
}

func TestStartFunctionComesAfterTheOthers(t *testing.T) {
	m := parse(t, module(typed, imported, declared, onePage, section(9, []byte{0}), code, data(at(8, "abc")), named))
	if err := m.SetStart([]byte{0, 1, 0x0b}); err != nil {
		t.Fatal(err)
	}
	want := module(
		section(1, []byte{2, 0x60, 0, 0, 0x60, 0, 0}), imported, section(3, []byte{2, 0, 1}), onePage,
		section(startSection, []byte{2}), section(9, []byte{0}), section(codeSection, []byte{2, 2, 0, 0x0b, 3, 0, 1, 0x0b}),
		data(at(8, "abc")), named)
	if got := m.Encode(); !bytes.Equal(got, want) {
		t.Errorf("%x should be\n%x", got, want)
	}
	if err := m.SetStart([]byte{0, 0x0b}); err == nil {
		t.Error("two start functions are fine")
	}
	for name, b := range map[string][]byte{
		"no functions":     module(typed, onePage, data()),
		"a missing body":   module(typed, section(3, []byte{2, 0, 0}), onePage, code, data()),
		"imported globals": module(typed, section(importSection, []byte{1, 1, 'a', 1, 'b', 3, 0x7f, 0}), declared, code, data()),
	} {
		if err := parse(t, b).SetStart([]byte{0, 0x0b}); err == nil {
			t.Errorf("%s: fine", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(module(named, typed, imported, declared, onePage, code, data(at(8, "abc"), at(20, "d")), named))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse(b)
		if err != nil {
			return
		}
		m.Code()
		if size, err := m.memorySize(); err != nil || size > 1<<20 {
			return // what is right may take gigabytes
		}
		memory, err := m.Memory()
		if err != nil {
			return
		}
		if err := m.SetMemory(memory, 4); err != nil {
			t.Fatal(err)
		}
		again, err := parse(t, m.Encode()).Memory()
		if err != nil || !bytes.Equal(again, bytes.TrimRight(memory, "\x00")) {
			t.Errorf("%x became %x, %v", memory, again, err)
		}
	})
}
