package helm

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// maxArchive is how large a packed chart may be.
const maxArchive = 32 << 20

var (
	errChartBytes = errors.New("the chart is larger than 64 MiB")
	errChartFiles = errors.New("the chart holds more than 10,000 files")
)

// budget is what one chart, with all that is packed inside, may still take.
type budget struct {
	bytes int64
	files int
}

func (b *budget) take(size int64) error {
	b.bytes -= size
	b.files--
	switch {
	case b.bytes < 0:
		return errChartBytes
	case b.files < 0:
		return errChartFiles
	}
	return nil
}

// unpackFile reads an archive of the repository. An archive that holds no chart is somebody else's.
func unpackFile(fsys fs.FS, name string) (files []*archive.BufferedFile, isChart bool, err error) {
	info, err := fs.Stat(fsys, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxArchive {
		return nil, false, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	return unpack(io.LimitReader(f, maxArchive), &budget{bytes: maxChartBytes, files: maxChartFiles})
}

// unpack reads a packed chart: a compressed tar of one folder. Names are returned relative to that folder. What is no
// regular file, and every name that would lead out of the folder, is refused. isChart is whether the folder was seen to
// hold a Chart.yaml, even when err says that reading ended early.
func unpack(in io.Reader, budget *budget) (files []*archive.BufferedFile, isChart bool, err error) {
	zip, err := gzip.NewReader(in)
	if err != nil {
		return nil, false, fmt.Errorf("is no chart archive: %w", err)
	}
	defer zip.Close()
	reader := tar.NewReader(zip)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, isChart, nil
		}
		if err != nil {
			return nil, isChart, fmt.Errorf("the archive is damaged: %w", err)
		}
		switch header.Typeflag {
		case tar.TypeDir, tar.TypeXGlobalHeader, tar.TypeXHeader:
			continue
		case tar.TypeReg:
		default:
			return nil, isChart, fmt.Errorf("the archive holds %q, which is no regular file", header.Name)
		}
		name := strings.ReplaceAll(header.Name, `\`, "/")
		_, inner, ok := strings.Cut(strings.TrimPrefix(name, "./"), "/")
		if !ok || path.IsAbs(name) || !fs.ValidPath(path.Clean(inner)) || strings.Contains(inner, ":") {
			return nil, isChart, fmt.Errorf("the archive holds %q, which lies outside of the chart's folder", header.Name)
		}
		if header.Size < 0 || header.Size > budget.bytes {
			return nil, isChart, errChartBytes
		}
		if err := budget.take(header.Size); err != nil {
			return nil, isChart, err
		}
		data, err := io.ReadAll(io.LimitReader(reader, header.Size))
		if err != nil {
			return nil, isChart, fmt.Errorf("the archive is damaged: %w", err)
		}
		inner = path.Clean(inner)
		isChart = isChart || inner == "Chart.yaml"
		files = append(files, &archive.BufferedFile{Name: inner, Data: data})
	}
}
