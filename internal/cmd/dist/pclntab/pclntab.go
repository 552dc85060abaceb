// Package pclntab takes out of a Go program for js/wasm what only a stack trace reads:
// the names of its functions, files and lines, and descriptions of arguments.
//
// The linker writes a table of all functions, runtime.pclntab. Each function's entry in
// it refers to tables by program counter. The garbage collector, growing stacks, panics
// and recover need some of these, so they stay: the depths of stacks, maps of pointers,
// deferred calls. The others are set to zero where they are. Nothing moves but the
// tables by program counter, which only a function's entry refers to.
//
// What follows from the number of functions and the sizes of their entries can also be
// left out of the module, and be computed when it starts: see Derive.
//
// The layout is that of runtime/symtab.go, runtime/runtime2.go (type _func) and
// cmd/link/internal/ld/pcln.go. It is no documented format, so everything that this
// package relies on is checked before a byte is changed.
package pclntab

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// known are the versions of Go whose runtime was read for what it looks up by name. A
// patch release changes no layout.
var known = regexp.MustCompile(`^go1\.26(\.\d+|rc\d+)?$`)

// magic is how the table begins: the version of its layout (0xfffffff1 since Go 1.20),
// two zeros, the size of an instruction (1 on wasm) and of a pointer.
var magic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// The runtime looks up these names, and nothing else, on js/wasm.
const (
	// stkframe.go finds the arguments of these two by their names.
	makeFuncStub    = "reflect.makeFuncStub"
	methodValueCall = "reflect.methodValueCall"
	// isSystemGoroutine looks whether the name of a goroutine's first function begins
	// so.
	ofRuntime = "runtime."
	// panicwrap takes apart the name of the wrapper that called it, and ends the
	// program if it does not look like this. Some wrappers begin goroutines.
	wrapper          = "?.(*t).method"
	wrapperOfRuntime = "runtime.(*t).method"
)

// The parts of type _func, in its order. After them come offsets into the tables by
// program counter (PCDATA) and offsets of other data (FUNCDATA).
const (
	entryOff  = 0
	nameOff   = 4
	pcspOff   = 16
	pcfileOff = 20
	pclnOff   = 24
	npcdata   = 28
	cuOff     = 32
	lineOff   = 36
	funcID    = 40
	nfuncdata = 43
	funcSize  = 44
)

// What a function has, by internal/abi/symtab.go.
const (
	pcdataUnsafePoint  = 0 // only for asynchronous preemption, which wasm has not
	pcdataInlTree      = 2
	pcdataArgLive      = 3
	pcdataKinds        = 5
	funcdataInlTree    = 3
	funcdataArgInfo    = 5
	funcdataArgLive    = 6
	funcdataWrapInfo   = 7 // only for execution traces
	funcdataKinds      = 8
	funcIDWrapper      = 23
	none               = 1<<32 - 1 // no such FUNCDATA
	inlinedCallSize    = 16
	inlinedCallName    = 4
	inlinedCallLine    = 12
	moduleDataPointers = 42 // as far as this package reads moduledata
	bucketSize         = 20
	bucketSpan         = 4096 // addresses
)

// A Table is the table of a program's functions. Its parts are in the memory that it
// was found in.
type Table struct {
	names, cu, files, pc, funcs, data []byte
	functions                         []function
	buckets                           []byte // runtime.findfunctab
	funcsAt, bucketsAt                uint64 // addresses
}

// Find finds the table of a program that this version of Go built. memory is what is
// in its memory when it starts, by address.
func Find(memory []byte, goVersion string) (*Table, error) {
	if !known.MatchString(goVersion) {
		return nil, fmt.Errorf("the tables of functions that %s writes are not known", goVersion)
	}
	t, err := find(memory)
	if err == nil {
		err = t.readFunctions()
	}
	if err != nil {
		return nil, fmt.Errorf("the tables of functions are not as %s should have written them: %w", goVersion, err)
	}
	return t, nil
}

// Names returns the names of all functions, in their order in the program.
func (t *Table) Names() []string {
	names := make([]string, len(t.functions))
	for i := range t.functions {
		names[i] = t.functions[i].name
	}
	return names
}

// Package returns the import path of a function's package, by its name.
func Package(function string) string {
	if strings.HasPrefix(function, "type:") {
		return "types" // what the compiler makes for each: hashes, comparisons
	}
	generic, _, _ := strings.Cut(function, "[") // type arguments have paths of their own
	slash := strings.LastIndexByte(generic, '/') + 1
	last, _, _ := strings.Cut(generic[slash:], ".")
	return generic[:slash] + last
}

// A function is an entry of the table of functions.
type function struct {
	name    string
	fixed   []byte // type _func
	pcdata  []byte
	data    []byte   // FUNCDATA
	inlined [][]byte // the calls that were inlined into it
}

func u32(b []byte) uint32         { return binary.LittleEndian.Uint32(b) }
func put32(b []byte, v uint32)    { binary.LittleEndian.PutUint32(b, v) }
func word(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }

// find finds the table by how it begins, and checks it against runtime.firstmoduledata,
// which refers to all of its parts.
func find(memory []byte) (*Table, error) {
	var found *Table
	for at := 0; ; at += 8 {
		i := bytes.Index(memory[min(at, len(memory)):], magic)
		if i < 0 {
			break
		}
		if at += i; at%8 != 0 || len(memory)-at < 9*8 {
			at -= at % 8
			continue
		}
		t, err := parts(memory, at)
		if err != nil {
			return nil, err
		}
		if found != nil {
			return nil, errors.New("there are two of them")
		}
		found = t
	}
	if found == nil {
		return nil, fmt.Errorf("nothing begins with %x", magic)
	}
	return found, nil
}

// parts returns the parts of the table that begins at start.
func parts(memory []byte, start int) (*Table, error) {
	header := memory[start:]
	count := word(header, 1)
	// After the header come names, cutab, files, tables by program counter, functions.
	var at [5]uint64
	for i := range at {
		offset := word(header, 4+i)
		before := uint64(start + 9*8)
		if i > 0 {
			before = at[i-1]
		}
		if at[i] = uint64(start) + offset; offset > uint64(len(memory)-start) || at[i] < before {
			return nil, fmt.Errorf("part %d is at %d of the table at %d", i, offset, start)
		}
	}
	// runtime.firstmoduledata begins with the address of the table and that of its
	// first part.
	refs := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(start)), at[0])
	i := bytes.Index(memory, refs)
	if i < 0 || len(memory)-i < 8*moduleDataPointers {
		return nil, fmt.Errorf("runtime.firstmoduledata does not refer to the table at %d", start)
	}
	data := memory[i:]
	if bytes.Contains(data[8:], refs) {
		return nil, errors.New("there are two of runtime.firstmoduledata")
	}
	var part [5][]byte
	for i := range part {
		from, length, capacity := word(data, 1+3*i), word(data, 2+3*i), word(data, 3+3*i)
		if i == 1 {
			length, capacity = 4*length, 4*capacity // a slice of uint32
		}
		end := uint64(len(memory))
		if i < 4 {
			end = at[i+1]
		}
		if from != at[i] || length != capacity || length > end-from {
			return nil, fmt.Errorf("runtime.firstmoduledata has part %d at %d, %d bytes long, the table at %d", i, from, length, at[i])
		}
		part[i] = memory[from : from+length : from+length]
	}
	if from, length := word(data, 16), word(data, 17); from != at[4] || length != count+1 {
		return nil, fmt.Errorf("runtime.firstmoduledata has %d functions at %d, the table %d at %d", length, from, count, at[4])
	}
	gofunc, end := word(data, 40), word(data, 41)
	if gofunc < at[4]+uint64(len(part[4])) || end < gofunc || end > uint64(len(memory)) {
		return nil, fmt.Errorf("the functions' data is at %d to %d", gofunc, end)
	}
	if count >= uint64(len(part[4]))/8 {
		return nil, fmt.Errorf("%d functions in %d bytes", count, len(part[4]))
	}
	t := &Table{names: part[0], cu: part[1], files: part[2], pc: part[3], funcs: part[4], data: memory[gofunc:end], funcsAt: at[4]}
	t.functions = make([]function, count)
	// findfunctab has a bucket for every 4,096 addresses, and in it a byte for every 256.
	t.bucketsAt = word(data, 19)
	first, last := word(data, 20), word(data, 21)
	size := 4*((last-first+bucketSpan-1)/bucketSpan) + (last-first+bucketSpan/16-1)/(bucketSpan/16)
	if last < first || last-first > uint64(len(memory))<<16 || t.bucketsAt > uint64(len(memory)) || size > uint64(len(memory))-t.bucketsAt {
		return nil, fmt.Errorf("functions from %#x to %#x, found by a table at %d", first, last, t.bucketsAt)
	}
	t.buckets = memory[t.bucketsAt : t.bucketsAt+size]
	return t, nil
}

// readFunctions reads the entries of all functions.
func (t *Table) readFunctions() error {
	next := (8*len(t.functions) + 4 + 7) &^ 7
	for i := range t.functions {
		f := &t.functions[i]
		bad := func(format string, args ...any) error {
			return fmt.Errorf("function %d %s: %w", i, f.name, fmt.Errorf(format, args...))
		}
		entry, at := u32(t.funcs[8*i:]), int(u32(t.funcs[8*i+4:]))
		// The entries come one after the other, aligned, so each one's size is checked.
		if at != next || at+funcSize > len(t.funcs) {
			return bad("it is at %d, not at %d", at, next)
		}
		f.fixed = t.funcs[at : at+funcSize]
		// A function's address is its place among the functions of the module.
		if i > 0 && entry != u32(t.funcs[8*(i-1):])+1 {
			return bad("it begins at %d, the one before at %d", entry, u32(t.funcs[8*(i-1):]))
		}
		if got := u32(f.fixed[entryOff:]); got != entry {
			return bad("it begins at %d, not at %d", got, entry)
		}
		if u32(f.fixed[npcdata:]) > pcdataKinds || f.fixed[nfuncdata] > funcdataKinds {
			return bad("%d tables and %d data are more than there are kinds", u32(f.fixed[npcdata:]), f.fixed[nfuncdata])
		}
		data := at + funcSize + 4*int(u32(f.fixed[npcdata:]))
		end := data + 4*int(f.fixed[nfuncdata])
		if end > len(t.funcs) {
			return bad("it ends at %d of %d", end, len(t.funcs))
		}
		next = (end + 7) &^ 7
		f.pcdata, f.data = t.funcs[at+funcSize:data], t.funcs[data:end]
		var err error
		if f.name, err = t.name(u32(f.fixed[nameOff:])); err != nil {
			return bad("%w", err)
		}
		for _, b := range [][]byte{f.fixed[pcspOff:][:4], f.fixed[pcfileOff:][:4], f.fixed[pclnOff:][:4], f.pcdata} {
			for ; len(b) > 0; b = b[4:] {
				if _, _, err := t.byCounter(u32(b)); err != nil {
					return bad("%w", err)
				}
			}
		}
		for b := f.data; len(b) > 0; b = b[4:] {
			if off := u32(b); off != none && off >= uint32(len(t.data)) {
				return bad("data at %d of %d", off, len(t.data))
			}
		}
		if err := t.readInlined(f); err != nil {
			return bad("%w", err)
		}
	}
	if len(t.names) < 128 {
		return errors.New("the names are fewer than a runtime has")
	}
	if left := len(t.funcs) - next; left < -7 || left > 7 {
		return fmt.Errorf("after the last function, %d bytes are left", left)
	}
	return nil
}

// readInlined finds the calls that were inlined into a function. How many there are,
// only the table of their numbers by program counter tells.
func (t *Table) readInlined(f *function) error {
	if len(f.data) <= 4*funcdataInlTree || u32(f.data[4*funcdataInlTree:]) == none {
		return nil
	}
	if len(f.pcdata) <= 4*pcdataInlTree {
		return errors.New("inlined calls without a table of them")
	}
	_, highest, err := t.byCounter(u32(f.pcdata[4*pcdataInlTree:]))
	if err != nil {
		return err
	}
	calls := t.data[u32(f.data[4*funcdataInlTree:]):]
	for range highest + 1 {
		if len(calls) < inlinedCallSize {
			return errors.New("the inlined calls do not end with the table")
		}
		if _, err := t.name(u32(calls[inlinedCallName:])); err != nil {
			return err
		}
		f.inlined = append(f.inlined, calls[:inlinedCallSize])
		calls = calls[inlinedCallSize:]
	}
	return nil
}

// name returns the name at an offset. A name ends with a zero.
func (t *Table) name(off uint32) (string, error) {
	if off >= uint32(len(t.names)) || off > 0 && t.names[off-1] != 0 {
		return "", fmt.Errorf("no name begins at %d", off)
	}
	name, _, ended := bytes.Cut(t.names[off:], []byte{0})
	if !ended {
		return "", fmt.Errorf("the name at %d does not end", off)
	}
	return string(name), nil
}

// byCounter returns the table by program counter at an offset, and the highest of its
// values, which is not below -1. 0 stands for no table.
func (t *Table) byCounter(off uint32) (table []byte, highest int32, err error) {
	highest = -1
	if off == 0 {
		return nil, highest, nil
	}
	if off >= uint32(len(t.pc)) {
		return nil, 0, fmt.Errorf("a table at %d of %d", off, len(t.pc))
	}
	// Pairs of numbers: by how much the value changes (zigzag), and for how many
	// instructions it is so. A change of zero ends it, but for the first pair.
	rest, value := t.pc[off:], int32(-1)
	for first := true; ; first = false {
		change, n := binary.Uvarint(rest)
		if n <= 0 || change > none {
			return nil, 0, fmt.Errorf("the table at %d does not end", off)
		}
		if rest = rest[n:]; change == 0 && !first {
			break
		}
		value += int32(uint32(change)>>1) ^ -int32(change&1)
		highest = max(highest, value)
		length, n := binary.Uvarint(rest)
		if n <= 0 || length > none {
			return nil, 0, fmt.Errorf("the table at %d does not end", off)
		}
		rest = rest[n:]
	}
	return t.pc[off : len(t.pc)-len(rest)], highest, nil
}

// Empty takes out what only stack traces read. A Table can be emptied once.
func (t *Table) Empty() {
	names := []byte{0} // the name at 0 is the empty one
	offsets := map[string]uint32{}
	nameFor := func(name string, id byte) uint32 {
		switch {
		case name == makeFuncStub, name == methodValueCall:
		case id == funcIDWrapper && strings.HasPrefix(name, ofRuntime):
			name = wrapperOfRuntime
		case id == funcIDWrapper:
			name = wrapper
		case strings.HasPrefix(name, ofRuntime):
			name = ofRuntime
		default:
			return 0
		}
		off, ok := offsets[name]
		if !ok {
			off = uint32(len(names))
			offsets[name] = off
			names = append(append(names, name...), 0)
		}
		return off
	}
	pc := []byte{0} // no table is at 0
	moved := map[string]uint32{}
	move := func(b []byte) {
		table, _, _ := t.byCounter(u32(b))
		if table == nil {
			return
		}
		off, ok := moved[string(table)]
		if !ok {
			off = uint32(len(pc))
			moved[string(table)] = off
			pc = append(pc, table...)
		}
		put32(b, off)
	}
	used := map[uint32]bool{} // whether the data at an offset stays
	for i := range t.functions {
		f := &t.functions[i]
		put32(f.fixed[nameOff:], nameFor(f.name, f.fixed[funcID]))
		for _, off := range []int{pcfileOff, pclnOff, cuOff, lineOff} {
			put32(f.fixed[off:], 0)
		}
		for _, call := range f.inlined {
			name, _ := t.name(u32(call[inlinedCallName:]))
			put32(call[inlinedCallName:], nameFor(name, call[0]))
			put32(call[inlinedCallLine:], 0)
		}
		move(f.fixed[pcspOff:])
		for kind := range len(f.pcdata) / 4 {
			if kind == pcdataUnsafePoint || kind == pcdataArgLive {
				put32(f.pcdata[4*kind:], 0)
			}
			move(f.pcdata[4*kind:])
		}
		for kind := range len(f.data) / 4 {
			off := u32(f.data[4*kind:])
			if off == none {
				continue
			}
			dead := kind == funcdataArgInfo || kind == funcdataArgLive || kind == funcdataWrapInfo
			used[off] = used[off] || !dead
			if dead {
				put32(f.data[4*kind:], none)
			}
		}
	}
	fill(t.names, names)
	fill(t.pc, pc)
	clear(t.cu)
	clear(t.files)
	// Data goes up to where the next begins.
	starts := []uint32{}
	for off := range used {
		starts = append(starts, off)
	}
	slices.Sort(starts)
	for i, off := range starts {
		if !used[off] && i+1 < len(starts) {
			clear(t.data[off:starts[i+1]])
		}
	}
}

func fill(to, from []byte) {
	clear(to[copy(to, from):])
}
