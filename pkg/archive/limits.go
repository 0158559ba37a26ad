package archive

// Limits bound what Walk does. A field that is zero or less has its default. Whatever a limit keeps from being read is in Missed.
type Limits struct {
	Bytes      int64 // that come out of decompression in one Walk, in all layers together; 512 MiB
	EntryBytes int64 // of one file in an archive, and of what lies between files; 64 MiB
	Entries    int   // files, folders and links in one Walk, in all archives together; 100,000
	Depth      int   // archives and compressions in each other, where a tar.gz is two; 8
	Ratio      int64 // bytes that may come out for one that goes in, once more than 1 MiB came out; 1,100
}

// The defaults. A run takes about 3 s for 512 MiB of deflate on one core, and holds at most a file of EntryBytes for each level of
// Depth. Deflate cannot pass a ratio of 1,032, which a file of zeros has, so the ratio's limit is for bzip2 and zstd, whose bombs
// reach many times that.
const (
	DefaultBytes      = 512 << 20
	DefaultEntryBytes = 64 << 20
	DefaultEntries    = 100_000
	DefaultDepth      = 8
	DefaultRatio      = 1100

	ratioFrom = 1 << 20 // a small file may be as empty as it likes
	maxMissed = 10_000  // entries of Missed, so that an answer stays small
)

func (l Limits) filled() Limits {
	fill(&l.Bytes, DefaultBytes)
	fill(&l.EntryBytes, DefaultEntryBytes)
	fill(&l.Entries, DefaultEntries)
	fill(&l.Depth, DefaultDepth)
	fill(&l.Ratio, DefaultRatio)
	return l
}

func fill[T int | int64](v *T, usual T) {
	if *v <= 0 {
		*v = usual
	}
}
