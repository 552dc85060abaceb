package wasmfile

import (
	"errors"
	"fmt"
)

// A reader reads the values that the binary format is made of. An error tells at which
// byte.
type reader struct {
	rest []byte
	all  int // how many bytes there were
}

func (r *reader) at() int { return r.all - len(r.rest) }

var errShort = errors.New("the end comes too early")

// uint reads an unsigned number of 32 bits (LEB128, section 5.2.2).
func (r *reader) uint(what string) (uint32, error) {
	at := r.at()
	v, _, err := r.groups(what)
	if err == nil && v > 1<<32-1 {
		err = tooLarge(at, what)
	}
	return uint32(v), err
}

// int reads a signed number of 32 bits, as the bits that it has.
func (r *reader) int(what string) (uint32, error) {
	at := r.at()
	bits, n, err := r.groups(what)
	v := int64(bits)
	if err == nil && v>>(n-1)&1 != 0 {
		v |= -1 << n // the sign
	}
	if err == nil && v != int64(int32(v)) {
		err = tooLarge(at, what)
	}
	return uint32(v), err
}

// groups reads the bits of a number, seven from each byte, and returns how many they are.
func (r *reader) groups(what string) (bits uint64, n int, err error) {
	at := r.at()
	for i := range 5 {
		if i == len(r.rest) {
			return 0, 0, fmt.Errorf("at byte %d: %s: %w", at, what, errShort)
		}
		b := r.rest[i]
		bits |= uint64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			r.rest = r.rest[i+1:]
			return bits, 7 * (i + 1), nil
		}
	}
	return 0, 0, fmt.Errorf("at byte %d: %s: the number has more than five bytes", at, what)
}

func tooLarge(at int, what string) error {
	return fmt.Errorf("at byte %d: %s: the number has more than 32 bits", at, what)
}

// vector reads as many bytes as the number in front of them says.
func (r *reader) vector(what string) ([]byte, error) {
	at := r.at()
	n, err := r.uint("length of the " + what)
	if err != nil {
		return nil, err
	}
	if uint64(n) > uint64(len(r.rest)) {
		return nil, fmt.Errorf("at byte %d: the %s should have %d bytes where %d are left: %w", at, what, n, len(r.rest), errShort)
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b, nil
}

// literal reads this byte.
func (r *reader) literal(b byte) error {
	if len(r.rest) == 0 {
		return fmt.Errorf("at byte %d: %w", r.at(), errShort)
	}
	if r.rest[0] != b {
		return fmt.Errorf("at byte %d: %#02x where %#02x should be", r.at(), r.rest[0], b)
	}
	r.rest = r.rest[1:]
	return nil
}

func appendUint(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// AppendInt appends a signed number, such as the operand of i32.const.
func AppendInt(b []byte, v int32) []byte {
	for v < -0x40 || v >= 0x40 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}
