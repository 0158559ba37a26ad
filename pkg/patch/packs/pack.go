package packs

import (
	"bytes"
	"encoding/binary"
	"os"
)

const packHead = 12

// pack is one file of objects.
type pack struct {
	file  *os.File
	end   int64 // where the last object ends
	index *index
}

// openPack opens a pack and its index; nil when one of the two is not what it should be, or they do not belong together.
func openPack(name string) *pack {
	p := &pack{}
	var size int64
	if p.file, size = openRegular(name + ".pack"); p.file == nil {
		return nil
	}
	if file, length := openRegular(name + ".idx"); file != nil {
		if p.index = openIndex(file, length); p.index == nil {
			_ = file.Close()
		}
	}
	if p.index == nil || size < packHead+idSize || !p.belongs(size) {
		p.close()
		return nil
	}
	p.end = size - idSize
	return p
}

// openRegular opens a file, and nothing that only looks like one: to open a named pipe would take forever.
func openRegular(name string) (*os.File, int64) {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, 0
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, 0
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return nil, 0
	}
	return file, info.Size()
}

// belongs reports whether the index is that of the pack: they have the number of objects and the pack's sum in common.
func (p *pack) belongs(size int64) bool {
	var head [packHead]byte
	var sum [idSize]byte
	if _, err := p.file.ReadAt(head[:], 0); err != nil {
		return false
	}
	if _, err := p.file.ReadAt(sum[:], size-idSize); err != nil {
		return false
	}
	version, count := binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:])
	return string(head[:4]) == "PACK" && (version == 2 || version == 3) && int64(count) == p.index.count() && bytes.Equal(sum[:], p.index.pack[:])
}

func (p *pack) close() {
	_ = p.file.Close()
	if p.index != nil {
		_ = p.index.file.Close()
	}
}
