package repo

import (
	"crypto/sha256"
	"encoding/binary"
	"io/fs"
	"time"
)

// settled is how long a file must have been left alone before its times are believed: file systems stamp changes with a
// granularity of some milliseconds, so a second change right after the first may not show.
const settled = 100 * time.Millisecond

// Signature identifies the content of the whole snapshot without reading it: by blob ids, and for files on disk by
// what git's index goes by as well (size, modification and change time, inode). Equal signatures mean equal content.
//
// It is not ok when that cannot be said: a file changed only just now, or the system gives no change times.
func (s *Snapshot) Signature() (sum [sha256.Size]byte, ok bool) {
	h := sha256.New()
	var b []byte
	limit := time.Now().Add(-settled)
	for i := range s.entries {
		e := &s.entries[i]
		b = append(b[:0], e.Path...)
		b = append(b, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(e.Mode))
		b = append(b, e.Hash...)
		b = append(b, 0)
		if e.Hash == "" && e.Mode&fs.ModeIrregular == 0 {
			if i >= len(s.stats) || s.stats[i].changeTime.IsZero() {
				return sum, false
			}
			st := s.stats[i]
			if st.changeTime.After(limit) || st.modTime.After(limit) {
				return sum, false
			}
			for _, v := range []int64{e.Size, st.modTime.UnixNano(), st.changeTime.UnixNano(), int64(st.inode)} {
				b = binary.LittleEndian.AppendUint64(b, uint64(v))
			}
		}
		h.Write(b)
	}
	h.Sum(sum[:0])
	return sum, true
}
