package archive

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

// zipEntry is one file of a zip, as the directory or the header before the file has it.
type zipEntry struct {
	name          string
	flags, method uint16
	crc           uint32
	packed, size  int64
	at, body      int64 // of the header, and of what is behind it
	listed        bool  // in the directory
}

const (
	flagEncrypted = 1 << 0
	flagBehind    = 1 << 3  // the sizes are behind the file
	flagMasked    = 1 << 13 // the header too is encrypted

	methodStored, methodDeflate = 0, 8
)

// packers are the methods that are a kind of compressed file, and unopened the names of others.
var (
	packers  = map[uint16]string{methodDeflate: "deflate", 12: "bzip2", 20: "zstd", 93: "zstd"}
	unopened = map[uint16]string{1: "shrink", 6: "implode", 9: "deflate64", 10: "implode", 14: "lzma", 95: "xz", 96: "jpeg", 97: "wavpack", 98: "ppmd", 99: "aes"}
)

// local reads the header at a place.
func local(data []byte, at int64) (e zipEntry, ok bool) {
	if at < 0 || at > int64(len(data))-localSize || string(data[at:at+4]) != localMark {
		return e, false
	}
	b := data[at:]
	name, extra := int64(little.Uint16(b[26:])), int64(little.Uint16(b[28:]))
	if localSize+name+extra > int64(len(b)) {
		return e, false
	}
	e = zipEntry{
		name: string(b[localSize : localSize+name]), flags: little.Uint16(b[6:]), method: little.Uint16(b[8:]),
		crc: little.Uint32(b[14:]), packed: int64(little.Uint32(b[18:])), size: int64(little.Uint32(b[22:])),
		at: at, body: at + localSize + name + extra,
	}
	e.large(b[localSize+name:localSize+name+extra], false)
	return e, true
}

// large replaces what a header has no room for by its extra field 1.
func (e *zipEntry) large(extra []byte, central bool) {
	for len(extra) >= 4 {
		id, n := little.Uint16(extra), int(little.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return
		}
		if id == 1 {
			e.replace(extra[:n], central)
			return
		}
		extra = extra[n:]
	}
}

// replace takes the values in their order; only those are there that had no room.
func (e *zipEntry) replace(b []byte, central bool) {
	fields := []*int64{&e.size, &e.packed}
	if central {
		fields = append(fields, &e.at)
	}
	for _, v := range fields {
		if *v == math.MaxUint32 && len(b) >= 8 {
			*v, b = int64(little.Uint64(b)&math.MaxInt64), b[8:]
		}
	}
}

// entry goes into one file, whose bytes end before limit, and tells where they end.
func (z *zipWalk) entry(e zipEntry, limit int64) (end int64, err error) {
	inner := join(z.inner, e.name)
	declared := limit
	if e.packed <= limit-e.body {
		declared = e.body + e.packed
	}
	switch packer, known := packers[e.method]; {
	case e.flags&(flagEncrypted|flagMasked) != 0 || e.method == 99:
		z.w.miss(inner, "encrypted: it cannot be opened without a password")
		return z.behind(e, nil, declared), nil
	case e.method == methodStored:
		return z.stored(e, inner, declared, limit)
	case known:
		return z.packed(e, inner, packer, declared, limit)
	}
	name := unopened[e.method]
	if name == "" {
		name = fmt.Sprintf("%d", e.method)
	}
	z.w.miss(inner, "unsupported: compressed by the method %s", name)
	return z.behind(e, nil, declared), nil
}

// stored goes into a file that is not compressed. It is not copied.
func (z *zipWalk) stored(e zipEntry, inner string, end, limit int64) (int64, error) {
	if e.unsized() {
		end = e.body + int64(len(before(before(z.data[e.body:limit], localMark), dataMark)))
		e.packed = end - e.body
	}
	text := z.data[e.body:end]
	if e.packed > int64(len(text)) {
		z.w.miss(inner, "truncated: only %d of its %d bytes are there", len(text), e.packed)
	} else {
		z.check(&e, inner, text, end)
	}
	if int64(len(text)) > z.w.limits.EntryBytes {
		text = text[:z.w.limits.EntryBytes]
		z.w.miss(inner, "limit: larger than %d bytes, only those were read", z.w.limits.EntryBytes)
	}
	return z.behind(e, text, end), z.w.file(inner, e.name, text, z.depth)
}

// packed goes into a compressed file. A deflate knows itself where it ends.
func (z *zipWalk) packed(e zipEntry, inner, packer string, declared, limit int64) (int64, error) {
	end := declared
	if packer == "deflate" || e.unsized() {
		end = limit
	}
	in := &counter{r: bufio.NewReader(bytes.NewReader(z.data[e.body:end]))}
	r, err := decompress(packer, in)
	var text []byte
	if err == nil {
		defer r.Close()
		text, err = z.w.read(&meter{w: z.w, in: in, r: r})
	}
	if packer == "deflate" && err == nil {
		end = e.body + in.n
	} else {
		end = declared
	}
	switch {
	case err == nil:
		z.check(&e, inner, text, end)
	case err == io.ErrUnexpectedEOF && limit < int64(len(z.data)):
		err = problem("damaged: it runs into what is behind it")
		fallthrough
	default:
		if err := z.w.fail(inner, err); err != nil {
			return end, err
		}
	}
	return z.behind(e, text, end), z.w.file(inner, e.name, text, z.depth)
}

// check compares what a file is with what its header says.
func (z *zipWalk) check(e *zipEntry, inner string, text []byte, end int64) {
	if !e.listed && e.flags&flagBehind != 0 {
		return // the header does not say
	}
	switch {
	case int64(len(text)) != e.size:
		z.w.miss(inner, "damaged: it has %d bytes, its header says %d", len(text), e.size)
	case crc32.ChecksumIEEE(text) != e.crc:
		z.w.miss(inner, "damaged: its checksum does not fit")
	case e.listed && end-e.body != e.packed:
		z.w.miss(inner, "damaged: it was %d bytes when compressed, its header says %d", end-e.body, e.packed)
	}
}

// behind tells where the record behind a file ends. It has a mark or not, and sizes of four or of eight bytes.
func (z *zipWalk) behind(e zipEntry, text []byte, end int64) int64 {
	if e.flags&flagBehind == 0 {
		return end
	}
	b, mark := z.data[end:], int64(0)
	if bytes.HasPrefix(b, []byte(dataMark)) {
		mark = 4
	}
	if int64(len(b)) < mark+12 || little.Uint32(b[mark:]) != crc32.ChecksumIEEE(text) && mark == 0 {
		return end
	}
	if int64(len(b)) >= mark+20 && int64(little.Uint64(b[mark+12:])) == int64(len(text)) {
		return end + mark + 20
	}
	return end + mark + 12
}

// unsized tells an entry whose size nobody knows: it is behind the file, and there is no list.
func (e zipEntry) unsized() bool { return !e.listed && e.flags&flagBehind != 0 && e.packed == 0 }

// before cuts a text at a mark.
func before(text []byte, mark string) []byte {
	if i := bytes.Index(text, []byte(mark)); i >= 0 {
		return text[:i]
	}
	return text
}

// isFolder tells an entry that holds nothing.
func (e zipEntry) isFolder() bool {
	return strings.HasSuffix(e.name, "/") && e.size == 0 && e.packed <= 2
}
