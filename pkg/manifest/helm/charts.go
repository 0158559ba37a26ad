package helm

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/ignore"
)

// Limits on what one chart may hold. Helm's own is 100 MiB and no bound on the number of files.
const (
	maxChartBytes = 64 << 20
	maxChartFiles = 10_000
)

// source is a chart as it lies in the repository: a folder, or an archive.
type source struct {
	fsys   fs.FS
	root   string   // the folder, or the archive's path
	files  []string // the files of the repository that belong to it
	packed []*archive.BufferedFile
	err    error    // why an archive that is a chart cannot be read
	values []string // values files, each a variant
}

// find lists the charts of a repository: every folder with a Chart.yaml that is no dependency of another chart, and every
// archive that holds a chart and lies outside of all charts.
func find(fsys fs.FS, files []string) []*source {
	folders := map[string]bool{}
	for _, f := range files {
		if path.Base(f) == "Chart.yaml" {
			folders[path.Dir(f)] = true
		}
	}
	var charts []*source
	for dir := range folders {
		if !dependency(dir, folders) {
			charts = append(charts, &source{fsys: fsys, root: dir, files: below(files, dir)})
		}
	}
	for _, f := range files {
		if path.Ext(f) != ".tgz" || dependency(f, folders) {
			continue
		}
		packed, isChart, err := unpackFile(fsys, f)
		if isChart {
			charts = append(charts, &source{fsys: fsys, root: f, files: []string{f}, packed: packed, err: err})
		}
	}
	slices.SortFunc(charts, func(a, b *source) int { return strings.Compare(a.root, b.root) })
	return charts
}

// dependency reports whether name lies in the charts folder of a chart.
func dependency(name string, folders map[string]bool) bool {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if path.Base(dir) == "charts" && folders[path.Dir(dir)] {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}

// below lists the files of a folder; files is sorted.
func below(files []string, dir string) []string {
	if dir == "." {
		return files
	}
	prefix := dir + "/"
	from := sort.SearchStrings(files, prefix)
	to := from
	for to < len(files) && strings.HasPrefix(files[to], prefix) {
		to++
	}
	return files[from:to]
}

func (s *source) inScope(scope func(string) bool) bool {
	return scope == nil || slices.ContainsFunc(s.files, scope) || slices.ContainsFunc(s.values, scope)
}

// archived reports whether the chart is an archive of the repository.
func (s *source) archived() bool { return s.packed != nil || s.err != nil }

// within is the path of a file inside the chart.
func (s *source) within(file string) string {
	if s.root == "." {
		return file
	}
	return strings.TrimPrefix(file, s.root+"/")
}

// origin says where a file of a chart lies in the repository.
type origin struct {
	path  string // the file, or the archive it is in
	inner string // the path inside the archive; "" outside of one
}

// load reads the files of a chart the way Helm reads a chart's folder: without those .helmignore names, and with the
// archives below charts/ unpacked. origins tells the files by their data, which the loader keeps.
func (s *source) load() (files []*archive.BufferedFile, origins map[*byte]origin, err error) {
	origins = map[*byte]origin{}
	add := func(name string, data []byte, from origin) {
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		if len(data) > 0 {
			data = bytes.Clone(data) // a file system may hand out one slice twice
			origins[&data[0]] = from
		}
		files = append(files, &archive.BufferedFile{Name: name, Data: data})
	}
	budget := &budget{bytes: maxChartBytes, files: maxChartFiles}
	var unpackInto func(name string, data []byte, from origin) error
	unpackInto = func(name string, data []byte, from origin) error {
		if !strings.HasSuffix(name, ".tgz") || path.Base(path.Dir(name)) != "charts" {
			add(name, data, from)
			return nil
		}
		inner, _, err := unpack(bytes.NewReader(data), budget)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		// The suffix keeps the folder apart from one that carries the chart's name.
		folder := strings.TrimSuffix(name, ".tgz") + "~tgz"
		for _, f := range inner {
			if err := unpackInto(path.Join(folder, f.Name), f.Data, origin{path: from.path, inner: path.Join(from.inner, f.Name)}); err != nil {
				return err
			}
		}
		return nil
	}

	if s.archived() {
		if s.err != nil {
			return nil, nil, s.err
		}
		for _, f := range s.packed {
			if err := unpackInto(f.Name, f.Data, origin{path: s.root, inner: f.Name}); err != nil {
				return nil, nil, err
			}
		}
		return files, origins, nil
	}
	ignored, err := s.ignored()
	if err != nil {
		return nil, nil, err
	}
	for _, file := range s.files {
		name := s.within(file)
		if ignored(name) {
			continue
		}
		info, err := fs.Stat(s.fsys, file)
		if err != nil {
			return nil, nil, fmt.Errorf("%s cannot be read: %w", file, err)
		}
		if info.IsDir() {
			continue
		}
		if err := budget.take(info.Size()); err != nil {
			return nil, nil, err
		}
		data, err := fs.ReadFile(s.fsys, file)
		if err != nil {
			return nil, nil, fmt.Errorf("%s cannot be read: %w", file, err)
		}
		if err := unpackInto(name, data, origin{path: file}); err != nil {
			return nil, nil, err
		}
	}
	return files, origins, nil
}

// ignored reads .helmignore. A rule that matches a folder hides everything in it.
func (s *source) ignored() (func(name string) bool, error) {
	rules := ignore.Empty()
	if data, err := fs.ReadFile(s.fsys, path.Join(s.root, ignore.HelmIgnore)); err == nil {
		if rules, err = ignore.Parse(bytes.NewReader(data)); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Join(s.root, ignore.HelmIgnore), err)
		}
	}
	rules.AddDefaults()
	return func(name string) bool {
		for i, c := range name {
			if c == '/' && rules.Ignore(name[:i], info{name: path.Base(name[:i]), dir: true}) {
				return true
			}
		}
		return rules.Ignore(name, info{name: path.Base(name)})
	}, nil
}

// info is what the rules of .helmignore ask of a file.
type info struct {
	name string
	dir  bool
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return 0 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.dir }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir
	}
	return 0
}
