package archive

import (
	"bytes"
	"path"
	"strings"
)

// magic is what the files of one kind begin with.
type magic struct {
	kind  string
	bytes string
}

// magics are the first bytes that no text has. PKWARE's APPNOTE 6.3.10, RFC 1952 (gzip), RFC 8878 (zstd, its skippable frames
// too), and the formats' own documents are their source. A tar, a bzip2, a cpio in letters and a zlib stream need more than that.
var magics = []magic{
	{"zip", "PK\x03\x04"},
	{"zip", "PK\x05\x06"},     // no files
	{"zip", "PK\x07\x08PK"},   // one of several volumes
	{"zip", "PK00PK\x03\x04"}, // once meant to be several volumes
	{"gzip", "\x1f\x8b"},
	{"xz", "\xfd7zXZ\x00"},
	{"zstd", "\x28\xb5\x2f\xfd"},
	{"7z", "7z\xbc\xaf\x27\x1c"},
	{"rar", "Rar!\x1a\x07"},
	{"ar", "!<arch>\n"}, // deb packages and static libraries
	{"ar", "!<thin>\n"},
	{"cpio", "\xc7\x71"}, // the old binary form, either byte order
	{"cpio", "\x71\xc7"},
	{"rpm", "\xed\xab\xee\xdb"},
	{"lz4", "\x04\x22\x4d\x18"},
	{"lzip", "LZIP\x01"},
	{"compress", "\x1f\x9d"}, // .Z
	{"cab", "MSCF\x00\x00\x00\x00"},
	{"xar", "xar!\x00"},
}

// suffixes tell a kind by the end of a name.
var suffixes = map[string]string{
	"7z": "7z", "aar": "zip", "apk": "zip", "br": "brotli", "bz2": "bzip2", "cab": "cab", "cpio": "cpio", "deb": "ar", "docx": "zip",
	"ear": "zip", "egg": "zip", "epub": "zip", "gem": "tar", "gz": "gzip", "ipa": "zip", "jar": "zip", "lz": "lzip", "lz4": "lz4",
	"lzma": "lzma", "nupkg": "zip", "odp": "zip", "ods": "zip", "odt": "zip", "pptx": "zip", "rar": "rar", "rpm": "rpm", "tar": "tar",
	"tbz": "bzip2", "tbz2": "bzip2", "tgz": "gzip", "txz": "xz", "tzst": "zstd", "vsix": "zip", "war": "zip", "whl": "zip",
	"xlsx": "zip", "xpi": "zip", "xz": "xz", "z": "compress", "zip": "zip", "zst": "zstd", "zz": "zlib",
}

// Kind tells which archive or compressed file begins with head: "zip" (also jar, war, whl, apk, docx, xlsx and their like), "tar",
// "gzip", "bzip2", "zlib" and "zstd", which Walk opens; "xz", "7z", "rar", "cpio", "ar", "rpm", "lz4", "lzip", "lzma", "compress",
// "cab", "xar" and "brotli", which it only reports; "" for anything else. 512 bytes of a head are enough, and a tar without the
// mark of POSIX needs them. The content decides; the name counts only for the kinds that nothing marks: lzma, brotli, and zlib
// where its first bytes may be letters.
func Kind(name string, head []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.bytes)) {
			return m.kind
		}
	}
	switch claimed := kindOfName(name); {
	case isBzip2(head):
		return "bzip2"
	case isSkippable(head):
		return "zstd"
	case isTar(head):
		return "tar"
	case isCpio(head):
		return "cpio"
	case isZlib(head, claimed == "zlib"):
		return "zlib"
	case claimed == "brotli" && isBinary(head), claimed == "lzma" && bytes.HasPrefix(head, []byte("\x5d\x00\x00")):
		return claimed
	}
	return ""
}

// kindOfName tells the kind that a name promises.
func kindOfName(name string) string {
	return suffixes[strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))]
}

// isBzip2 tells a bzip2 by its first block's mark, the digits of pi, or by the end mark of an empty one, the digits of its root.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && bytes.HasPrefix(head, []byte("BZh")) && head[3] >= '1' && head[3] <= '9' &&
		(bytes.HasPrefix(head[4:], []byte("\x31\x41\x59\x26\x53\x59")) || bytes.HasPrefix(head[4:], []byte("\x17\x72\x45\x38\x50\x90")))
}

// isSkippable tells a zstd that begins with a frame for somebody else.
func isSkippable(head []byte) bool {
	return len(head) >= 8 && head[0]&0xf0 == 0x50 && bytes.HasPrefix(head[1:], []byte("\x2a\x4d\x18"))
}

// isCpio tells a cpio in letters by its header: everything in it is a digit.
func isCpio(head []byte) bool {
	size, digits := 110, "0123456789abcdefABCDEF"
	if bytes.HasPrefix(head, []byte("070707")) {
		size, digits = 76, "01234567"
	} else if !bytes.HasPrefix(head, []byte("070701")) && !bytes.HasPrefix(head, []byte("070702")) {
		return false
	}
	return len(head) > size && len(bytes.TrimLeft(head[:size], digits)) == 0
}

// isZlib tells a zlib stream by its header (RFC 1950, 2.2). Two of the four usual ones are no letters; "x^" may begin a text.
func isZlib(head []byte, named bool) bool {
	if len(head) < 6 || head[0] != 0x78 || head[1]&0x20 != 0 || (int(head[0])<<8|int(head[1]))%31 != 0 {
		return false
	}
	switch head[1] {
	case 0x01, 0x9c, 0xda:
		return named || isBinary(head)
	}
	return named
}

// isBinary tells bytes that are no text: a zero byte, or no UTF-8, in the first 8,000, git's own measure.
func isBinary(data []byte) bool {
	head := data[:min(len(data), 8000)]
	if bytes.IndexByte(head, 0) >= 0 {
		return true
	}
	return !validText(head, len(head) < len(data))
}
