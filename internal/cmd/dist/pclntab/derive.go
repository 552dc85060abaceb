package pclntab

import (
	"bytes"
	"errors"
	"math"
	"slices"

	"github.com/xmppreg/xmppreg/internal/wasmfile"
)

// Instructions of WebAssembly, by section 5.4 of its specification.
const (
	blockLoop  = 0x03
	noResult   = 0x40
	brIf       = 0x0d
	end        = 0x0b
	localGet   = 0x20
	localSet   = 0x21
	localTee   = 0x22
	i32Load    = 0x28
	i32Load8U  = 0x2d
	i32Store   = 0x36
	i32Const   = 0x41
	i32Ne      = 0x47
	i32Add     = 0x6a
	i32Sub     = 0x6b
	i32Mul     = 0x6c
	i32And     = 0x71
	i32Shl     = 0x74
	i32ShrU    = 0x76
	typeI32    = 0x7f
	aligned4   = 2 // log2
	unaligned  = 0
	locals     = 4
	firstEntry = 8 // bytes of an entry in the list of functions
)

// Derive clears three things that follow from the rest: the list of all functions, with
// their places and the offsets of their entries, the place in each entry, and
// runtime.findfunctab, which leads from an address to a function. It returns a function
// in WebAssembly that computes them again, for wasmfile's SetStart. These are two
// megabytes that a compressor is no match for, since they count.
func (t *Table) Derive() (body []byte, err error) {
	if len(t.functions) == 0 || t.funcsAt%8 != 0 || t.bucketsAt+uint64(len(t.buckets)) > math.MaxInt32 {
		return nil, errors.New("the list of functions is not where it can be computed")
	}
	list := t.funcs[:8*len(t.functions)+4]
	wantList, wantBuckets := slices.Clone(list), slices.Clone(t.buckets)
	first := u32(list)
	clear(list)
	clear(t.buckets)
	t.compute(first)
	if !bytes.Equal(list, wantList) || !bytes.Equal(t.buckets, wantBuckets) {
		return nil, errors.New("the list of functions is not what it is computed to be")
	}
	for i := range t.functions {
		put32(t.functions[i].fixed[entryOff:], 0)
	}
	clear(list)
	clear(t.buckets)
	return t.start(first), nil
}

// compute does what the function of start does.
func (t *Table) compute(first uint32) {
	at, entry := 0, t.firstOffset()
	for i := range t.functions {
		put32(t.funcs[at:], first+uint32(i))
		put32(t.funcs[at+4:], uint32(entry))
		put32(t.funcs[entry:], first+uint32(i))
		entry = (entry + funcSize + 4*int(u32(t.funcs[entry+npcdata:])) + 4*int(t.funcs[entry+nfuncdata]) + 7) &^ 7
		at += 8
	}
	put32(t.funcs[at:], first+uint32(len(t.functions)))
	for i := 0; i*bucketSize < len(t.buckets); i++ {
		put32(t.buckets[i*bucketSize:], uint32(i)/16) // a function has 65,536 addresses
	}
}

// firstOffset returns where the first function's entry is, in t.funcs.
func (t *Table) firstOffset() int { return (8*len(t.functions) + 4 + 7) &^ 7 }

// start returns the function that computes what Derive clears.
func (t *Table) start(first uint32) []byte {
	const at, entry, number, bucket = 0, 1, 2, 3 // the locals
	b := []byte{1, locals, typeI32}
	add := func(code ...byte) { b = append(b, code...) }
	constant := func(v uint32) {
		add(i32Const)
		b = wasmfile.AppendInt(b, int32(v))
	}
	set := func(local byte, v uint32) {
		constant(v)
		add(localSet, local)
	}
	set(at, uint32(t.funcsAt))
	set(entry, uint32(t.funcsAt)+uint32(t.firstOffset()))
	set(number, first)
	add(blockLoop, noResult)
	{
		add(localGet, at, localGet, number, i32Store, aligned4, 0)
		add(localGet, at, localGet, entry)
		constant(uint32(t.funcsAt))
		add(i32Sub, i32Store, aligned4, 4)
		add(localGet, entry, localGet, number, i32Store, aligned4, entryOff)
		// The next entry begins after this one, at a multiple of eight.
		add(localGet, entry, localGet, entry, i32Load, aligned4, npcdata)
		add(localGet, entry, i32Load8U, unaligned, nfuncdata, i32Add)
		constant(2)
		add(i32Shl, i32Add)
		constant(funcSize + 7)
		add(i32Add)
		constant(math.MaxUint32 - 7)
		add(i32And, localSet, entry)
		add(localGet, at)
		constant(firstEntry)
		add(i32Add, localSet, at)
		add(localGet, number)
		constant(1)
		add(i32Add, localTee, number)
		constant(first + uint32(len(t.functions)))
		add(i32Ne, brIf, 0)
	}
	add(end)
	add(localGet, at, localGet, number, i32Store, aligned4, 0)
	add(blockLoop, noResult)
	{
		add(localGet, bucket)
		constant(bucketSize)
		add(i32Mul)
		constant(uint32(t.bucketsAt))
		add(i32Add, localGet, bucket)
		constant(4)
		add(i32ShrU, i32Store, aligned4, 0)
		add(localGet, bucket)
		constant(1)
		add(i32Add, localTee, bucket)
		constant(uint32(len(t.buckets)+bucketSize-1) / bucketSize)
		add(i32Ne, brIf, 0)
	}
	add(end, end)
	return b
}
