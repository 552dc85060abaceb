package xmltree

// What a server may send in one message, or in one host-meta file: the time and memory
// that it takes stay bounded whatever it sends. The largest real ones known, forms with a
// list of all countries, have some 600 elements.
const (
	MaxBytes      = 4 << 20 // of a message; images of CAPTCHAs come inside of messages
	MaxElements   = 10_000
	MaxAttributes = 20_000 // of all elements together, declarations of namespaces among them
	MaxDepth      = 256    // of elements that are nested
	MaxFields     = 1000   // of a form
)
