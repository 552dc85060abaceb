// Package wasmfile reads and writes WebAssembly modules: their sections and their data
// (sections 5.2 and 5.5 of the WebAssembly Core Specification). It refuses what it does
// not know: imported memories, data whose place is computed or lies beyond the memory,
// and segments that instructions refer to.
package wasmfile

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
)

// The sections that this package looks into.
const (
	customSection    = 0
	typeSection      = 1
	importSection    = 2
	functionSection  = 3
	memorySection    = 5
	startSection     = 8
	codeSection      = 10
	dataSection      = 11
	dataCountSection = 12
)

// order lists the ids of all sections that there can be, custom ones aside, in the
// order in which they have to come.
var order = []byte{typeSection, importSection, functionSection, 4, memorySection, 6, 7, startSection, 9, dataCountSection, codeSection, dataSection}

var sectionNames = map[byte]string{
	customSection: "custom", typeSection: "type", importSection: "import", functionSection: "function", 4: "table",
	memorySection: "memory", 6: "global", 7: "export", startSection: "start", 9: "element", codeSection: "code",
	dataSection: "data", dataCountSection: "data count",
}

var header = []byte("\x00asm\x01\x00\x00\x00")

const pageSize = 1 << 16

// A Module is a module's sections in their order.
type Module struct {
	Sections []Section
}

// A Section is one section. Contents is what follows its length.
type Section struct {
	ID       byte
	Contents []byte
}

// Name returns what the specification calls the section, or its own name if it is a
// custom one.
func (s Section) Name() string {
	if s.ID == customSection {
		r := reader{rest: s.Contents}
		if name, err := r.vector("name"); err == nil {
			return string(name)
		}
	}
	return sectionNames[s.ID]
}

// Parse reads a module.
func Parse(b []byte) (*Module, error) {
	switch {
	case len(b) < len(header) || !bytes.Equal(b[:4], header[:4]):
		return nil, errors.New("wasmfile: this is no WebAssembly module")
	case !bytes.Equal(b[4:8], header[4:]):
		return nil, fmt.Errorf("wasmfile: version %x of WebAssembly is not known", b[4:8])
	}
	r := reader{rest: b[len(header):], all: len(b)}
	m := &Module{}
	last := -1
	for len(r.rest) > 0 {
		id := r.rest[0]
		at := r.at()
		r.rest = r.rest[1:]
		if id != customSection {
			place := slices.Index(order, id)
			if place < 0 {
				return nil, fmt.Errorf("wasmfile: at byte %d: a section of an unknown kind, %d", at, id)
			}
			if place <= last {
				return nil, fmt.Errorf("wasmfile: at byte %d: the section %q comes twice or too late", at, sectionNames[id])
			}
			last = place
		}
		contents, err := r.vector("section")
		if err != nil {
			return nil, fmt.Errorf("wasmfile: %w", err)
		}
		m.Sections = append(m.Sections, Section{id, contents})
	}
	return m, nil
}

// Encode writes the module.
func (m *Module) Encode() []byte {
	b := slices.Clone(header)
	for _, s := range m.Sections {
		b = append(b, s.ID)
		b = appendUint(b, uint32(len(s.Contents)))
		b = append(b, s.Contents...)
	}
	return b
}

// DropCustom removes the custom sections. They have no meaning for an instance.
func (m *Module) DropCustom() {
	m.Sections = slices.DeleteFunc(m.Sections, func(s Section) bool { return s.ID == customSection })
}

func (m *Module) section(id byte) *Section {
	for i := range m.Sections {
		if m.Sections[i].ID == id {
			return &m.Sections[i]
		}
	}
	return nil
}

// Code returns the bodies of the module's functions.
func (m *Module) Code() ([][]byte, error) {
	s := m.section(codeSection)
	if s == nil {
		return nil, nil
	}
	r := reader{rest: s.Contents, all: len(s.Contents)}
	count, err := r.uint("number of functions")
	if err != nil {
		return nil, fmt.Errorf("wasmfile: code section: %w", err)
	}
	var bodies [][]byte
	for range count {
		body, err := r.vector("function")
		if err != nil {
			return nil, fmt.Errorf("wasmfile: code section: %w", err)
		}
		bodies = append(bodies, body)
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("wasmfile: code section: %d bytes are left over", len(r.rest))
	}
	return bodies, nil
}

// Memory returns what is in the memory of a new instance, from its first byte to the
// last that the module sets.
func (m *Module) Memory() ([]byte, error) {
	memory, err := m.memory()
	if err != nil {
		return nil, fmt.Errorf("wasmfile: %w", err)
	}
	return memory, nil
}

func (m *Module) memory() ([]byte, error) {
	// Only memory.init and data.drop need the count, and they name segments.
	if m.section(dataCountSection) != nil {
		return nil, errors.New("instructions may refer to the module's data segments")
	}
	limit, err := m.memorySize()
	if err != nil {
		return nil, err
	}
	data := m.section(dataSection)
	if data == nil {
		return nil, errors.New("the module has no data")
	}
	r := reader{rest: data.Contents, all: len(data.Contents)}
	count, err := r.uint("number of segments")
	if err != nil {
		return nil, fmt.Errorf("data section: %w", err)
	}
	type segment struct {
		offset   uint32
		contents []byte
	}
	var segments []segment
	for i := range count {
		// A segment that is copied into memory 0 at an offset that is a constant:
		// 0, i32.const, the offset, end, the contents.
		var s segment
		if kind, err := r.uint("kind of the segment"); err != nil || kind != 0 {
			return nil, fmt.Errorf("data segment %d: its kind is %d, not 0 (%v)", i, kind, err)
		}
		if err := r.literal(0x41); err != nil {
			return nil, fmt.Errorf("data segment %d: its offset is no constant: %w", i, err)
		}
		if s.offset, err = r.int("offset"); err != nil {
			return nil, fmt.Errorf("data segment %d: %w", i, err)
		}
		if err := r.literal(0x0b); err != nil {
			return nil, fmt.Errorf("data segment %d: its offset is computed: %w", i, err)
		}
		if s.contents, err = r.vector("contents"); err != nil {
			return nil, fmt.Errorf("data segment %d: %w", i, err)
		}
		if end := uint64(s.offset) + uint64(len(s.contents)); end > limit {
			return nil, fmt.Errorf("data segment %d ends at %d, the memory at %d", i, end, limit)
		}
		segments = append(segments, s)
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("data section: %d bytes are left over", len(r.rest))
	}
	slices.SortStableFunc(segments, func(a, b segment) int { return int(int64(a.offset) - int64(b.offset)) })
	var all []byte
	for _, s := range segments {
		if int(s.offset) < len(all) {
			return nil, fmt.Errorf("two data segments set the byte at %d", s.offset)
		}
		all = append(all, make([]byte, int(s.offset)-len(all))...)
		all = append(all, s.contents...)
	}
	return all, nil
}

// memorySize returns how many bytes the memory of a new instance has.
func (m *Module) memorySize() (uint64, error) {
	if _, err := m.imports(); err != nil {
		return 0, err
	}
	s := m.section(memorySection)
	if s == nil {
		return 0, errors.New("the module has no memory of its own")
	}
	r := reader{rest: s.Contents, all: len(s.Contents)}
	count, err := r.uint("number of memories")
	if err != nil || count != 1 {
		return 0, fmt.Errorf("the module has %d memories, not one (%v)", count, err)
	}
	// 0 is a memory without a maximum, 1 one with.
	flags, err := r.uint("kind of the memory")
	if err != nil || flags > 1 {
		return 0, fmt.Errorf("a memory of an unknown kind, %d (%v)", flags, err)
	}
	pages, err := r.uint("pages")
	if err != nil || pages > 1<<16 {
		return 0, fmt.Errorf("a memory of %d pages (%v)", pages, err)
	}
	return uint64(pages) * pageSize, nil
}

// imports returns how many functions the module imports, and makes sure that it imports
// nothing else.
func (m *Module) imports() (uint32, error) {
	s := m.section(importSection)
	if s == nil {
		return 0, nil
	}
	r := reader{rest: s.Contents, all: len(s.Contents)}
	count, err := r.uint("number of imports")
	if err != nil {
		return 0, fmt.Errorf("import section: %w", err)
	}
	for range count {
		for _, what := range []string{"module", "name"} {
			if _, err := r.vector(what); err != nil {
				return 0, fmt.Errorf("import section: %w", err)
			}
		}
		if err := r.literal(0); err != nil {
			return 0, fmt.Errorf("import section: something else than a function is imported: %w", err)
		}
		if _, err := r.uint("type"); err != nil {
			return 0, fmt.Errorf("import section: %w", err)
		}
	}
	return count, nil
}

// SetStart adds a function that runs when the module is instantiated, after the memory
// has been set. body is what is in the code section for it: its locals and its
// instructions. It has no parameters and no results.
func (m *Module) SetStart(body []byte) error {
	imported, err := m.imports()
	if err != nil {
		return fmt.Errorf("wasmfile: %w", err)
	}
	if m.section(startSection) != nil {
		return errors.New("wasmfile: the module has a start function already")
	}
	bodies, err := m.Code()
	if err != nil {
		return err
	}
	// Each of the three gets one item more, at its end: nothing is numbered anew.
	var typ, number uint32
	for _, add := range []struct {
		section byte
		item    []byte
		count   *uint32 // of the items before it
	}{
		{typeSection, []byte{0x60, 0, 0}, &typ},
		{functionSection, nil, &number},
		{codeSection, append(appendUint(nil, uint32(len(body))), body...), nil},
	} {
		s := m.section(add.section)
		if s == nil {
			return fmt.Errorf("wasmfile: the module has no section %q", sectionNames[add.section])
		}
		r := reader{rest: s.Contents, all: len(s.Contents)}
		count, err := r.uint("number of items")
		if err != nil {
			return fmt.Errorf("wasmfile: section %q: %w", s.Name(), err)
		}
		if add.count != nil {
			*add.count = count
		}
		if add.section == functionSection {
			add.item = appendUint(nil, typ)
		}
		s.Contents = slices.Concat(appendUint(nil, count+1), r.rest, add.item)
	}
	if int(number) != len(bodies) {
		return fmt.Errorf("wasmfile: %d functions are declared, %d are there", number, len(bodies))
	}
	start := Section{startSection, appendUint(nil, imported+number)}
	place := slices.Index(order, startSection)
	at := slices.IndexFunc(m.Sections, func(s Section) bool { return slices.Index(order, s.ID) > place })
	m.Sections = slices.Insert(m.Sections, at, start)
	return nil
}

// SetMemory makes the module set the memory to these bytes, and to zero after them. A
// new segment begins only where at least gap bytes are zero: each has a header, which a
// compressor does not get rid of as it does of zeros.
func (m *Module) SetMemory(memory []byte, gap int) error {
	data := m.section(dataSection)
	if data == nil || m.section(dataCountSection) != nil {
		return errors.New("wasmfile: the module has no data, or instructions may refer to it")
	}
	limit, err := m.memorySize()
	if err != nil {
		return fmt.Errorf("wasmfile: %w", err)
	}
	if uint64(len(memory)) > min(limit, math.MaxInt32) {
		return fmt.Errorf("wasmfile: %d bytes do not fit into a memory of %d", len(memory), limit)
	}
	var segments []byte
	count := uint32(0)
	for at := 0; ; {
		for at < len(memory) && memory[at] == 0 {
			at++
		}
		if at == len(memory) {
			break
		}
		end := at // of what is not zero
		for i := at; i < len(memory) && i-end < gap; i++ {
			if memory[i] != 0 {
				end = i + 1
			}
		}
		segments = append(segments, 0, 0x41)
		segments = AppendInt(segments, int32(at))
		segments = append(segments, 0x0b)
		segments = appendUint(segments, uint32(end-at))
		segments = append(segments, memory[at:end]...)
		count++
		at = end
	}
	data.Contents = append(appendUint(nil, count), segments...)
	return nil
}
