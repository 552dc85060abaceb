package xmltree

// What a server may send in one message: the time and memory that it takes stay bounded
// whatever it sends. The largest real messages known, forms with a list of all countries, have
// some 600 elements. The elements of a host-meta file have the same bounds, and package
// transport/ws bounds its length.
const (
	MaxBytes      = 4 << 20 // of a message; images of CAPTCHAs come inside of messages
	MaxElements   = 10_000
	MaxAttributes = 20_000 // of all elements together, declarations of namespaces among them
	MaxDepth      = 256    // of elements that are nested
	MaxFields     = 1000   // of a form: package ibr/form counts them; here all bounds are together
)
