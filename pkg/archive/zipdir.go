package archive

import (
	"bytes"
	"encoding/binary"
	"math"
)

// The records of a zip: PKWARE's APPNOTE 6.3.10, section 4.3.
const (
	localMark   = "PK\x03\x04" // before a file
	centralMark = "PK\x01\x02" // a file in the directory
	endMark     = "PK\x05\x06" // behind the directory
	end64Mark   = "PK\x06\x06"
	locateMark  = "PK\x06\x07" // where the end is, in a large zip
	dataMark    = "PK\x07\x08" // behind a file

	localSize, centralSize, endSize, end64Size, locateSize = 30, 46, 22, 56, 20
)

var little = binary.LittleEndian

// span is a part of a file: from its first byte to before its last.
type span struct{ from, to int64 }

// directory is the list of files at the end of a zip.
type directory struct {
	entries  []zipEntry
	at       span   // with the records behind it
	comments []byte // of the files and of the whole
	damaged  bool   // it does not hold what it says
	volumes  bool   // other parts of the zip are elsewhere
}

// findDirectory finds the last directory in data, whatever is before and behind it.
func findDirectory(data []byte) *directory {
	var last *dirEnd
	for at := 0; ; at++ {
		i := bytes.Index(data[at:], []byte(endMark))
		if i < 0 {
			break
		}
		at += i
		if e := readEnd(data, int64(at)); e != nil {
			last = e
		}
	}
	if last == nil {
		return nil
	}
	return last.directory(data)
}

// dirEnd is what the end record says.
type dirEnd struct {
	count, size, offset int64
	from, to            int64 // where the records behind the directory are
	start               int64 // of the directory
	comment             int64
	volumes             bool
}

// readEnd reads the end record at a place, if it is one and leads to a directory.
func readEnd(data []byte, at int64) *dirEnd {
	if at+endSize > int64(len(data)) {
		return nil
	}
	b := data[at:]
	disk, comment := little.Uint16(b[4:]), int64(little.Uint16(b[20:]))
	e := &dirEnd{
		count: int64(little.Uint16(b[10:])), size: int64(little.Uint32(b[12:])), offset: int64(little.Uint32(b[16:])),
		from: at, to: min(at+endSize+comment, int64(len(data))), comment: at + endSize, volumes: disk != 0 && disk != math.MaxUint16,
	}
	e.large(data)
	for _, e.start = range []int64{e.from - e.size, e.offset} { // the second for a directory that is not right before its end
		if e.startsDirectory(data) {
			return e
		}
	}
	return nil
}

// directory reads what comes before an end record.
func (e *dirEnd) directory(data []byte) *directory {
	d := &directory{at: span{e.start, e.to}, volumes: e.volumes, comments: bytes.Clone(data[e.comment:e.to])}
	d.read(data, e.start, min(e.start+e.size, e.from), e.start-e.offset)
	d.damaged = int64(len(d.entries)) != e.count
	return d
}

// large replaces what an end record has no room for by what the record of a large zip before it says.
func (e *dirEnd) large(data []byte) {
	if e.count != math.MaxUint16 && e.size != math.MaxUint32 && e.offset != math.MaxUint32 {
		return
	}
	at := e.from - locateSize - end64Size
	if at < 0 || string(data[at:at+4]) != end64Mark || string(data[at+end64Size:at+end64Size+4]) != locateMark {
		return
	}
	b := data[at:]
	e.count, e.size, e.offset, e.from = int64(little.Uint64(b[32:])), int64(little.Uint64(b[40:])), int64(little.Uint64(b[48:])), at
}

// startsDirectory tells whether a directory begins at start.
func (e *dirEnd) startsDirectory(data []byte) bool {
	if e.start < 0 || e.size < 0 || e.offset < 0 || e.start > e.from {
		return false
	}
	if e.count == 0 {
		return e.start == e.from
	}
	return e.start+centralSize <= e.from && string(data[e.start:e.start+4]) == centralMark
}

// read reads the entries between two places. Their offsets count from base.
func (d *directory) read(data []byte, at, end, base int64) {
	for at+centralSize <= end && string(data[at:at+4]) == centralMark {
		b := data[at:end]
		name, extra, comment := int64(little.Uint16(b[28:])), int64(little.Uint16(b[30:])), int64(little.Uint16(b[32:]))
		next := centralSize + name + extra + comment
		if next > int64(len(b)) {
			return
		}
		e := zipEntry{
			name: string(b[centralSize : centralSize+name]), flags: little.Uint16(b[8:]), method: little.Uint16(b[10:]),
			crc: little.Uint32(b[16:]), packed: int64(little.Uint32(b[20:])), size: int64(little.Uint32(b[24:])),
			at: int64(little.Uint32(b[42:])), listed: true,
		}
		e.large(b[centralSize+name:centralSize+name+extra], true)
		e.at += base
		if comment > 0 {
			d.comments = append(append(d.comments, '\n'), b[next-comment:next]...)
		}
		d.entries = append(d.entries, e)
		at += next
	}
}
