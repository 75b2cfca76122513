package swiftclient

// Objects: bodies both ways, ranges, readers and writers, large objects, versions, links, temporary URLs.

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestObjects(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	r := put(t, c, box, "ö b/c", "hello", ContentType("text/plain"), Metadata("Color", "gr%C3%BCn"),
		DeleteAt(time.Now().Add(time.Hour)))
	equal(t, "status", r.Status(), 201)
	equal(t, "reason", r.Reason(), "Created")
	equal(t, "ETag", r.ETag(), "5d41402abc4b2a76b9719d911017c592")
	check1(t, r.Close())
	check1(t, r.Close())
	equal(t, "status after Close", r.Status(), 0)

	r = must(c.HeadObject(bg, box, "ö b/c"))(t)
	equal(t, "length", r.ContentLength(), 5)
	equal(t, "type", r.ContentType(), "text/plain")
	v, ok := r.Metadata("color")
	equal(t, "metadata", v, "gr%C3%BCn")
	equal(t, "metadata", ok, true)
	_, ok = r.Metadata("none")
	equal(t, "metadata", ok, false)
	equal(t, "decoded", must(r.MetadataDecoded("Color"))(t), "grün")
	equal(t, "decoded", must(r.HeaderDecoded("X-Object-Meta-Color"))(t), "grün")
	equal(t, "all", r.AllMetadata()["Color"], "gr%C3%BCn")
	equal(t, "header", r.Header("content-length"), "5")
	equal(t, "headers", r.Headers().Get("CONTENT-LENGTH"), "5")
	equal(t, "values", len(r.Headers().Values("x-object-meta-color")), 1)
	if r.TransactionID() == "" || r.LastModified().IsZero() || r.Timestamp().IsZero() || r.DeleteAt().IsZero() {
		t.Fatal("something is not told")
	}
	equal(t, "attempts", len(r.Attempts()), 1)
	equal(t, "attempt", r.Attempts()[0].HTTPStatus, 200)
	equal(t, "attempt", r.AttemptHeader(0, "Content-Length"), "5")
	equal(t, "attempt", r.AttemptHeader(-1, "Content-Length"), "")
	equal(t, "SLO", r.IsSLO(), false)
	equal(t, "DLO", r.DLOManifest(), "")
	equal(t, "parts", r.PartsCount(), -1)

	must(c.UpdateObjectMetadata(bg, box, "ö b/c", Metadata("Shape", "round")))(t)
	r = must(c.HeadObject(bg, box, "ö b/c"))(t)
	equal(t, "metadata", len(r.AllMetadata()), 2)
	must(c.PostObject(bg, box, "ö b/c", Metadata("Shape", "square")))(t)
	r = must(c.HeadObject(bg, box, "ö b/c"))(t)
	equal(t, "metadata", len(r.AllMetadata()), 1)

	r = must(c.CopyObject(bg, box, "ö b/c", "", "copy"))(t)
	from, told := r.CopiedFrom()
	equal(t, "told", told, true)
	equal(t, "from", from.Object, "ö b/c")
	equal(t, "from", from.Container, box)
	if r.CopiedFromLastModified().IsZero() {
		t.Fatal("not told")
	}
	equal(t, "version", r.CopiedFromVersionID(), "")
	must(c.MoveObject(bg, box, "copy", "", "moved"))(t)
	equal(t, "moved", get(t, c, box, "moved"), "hello")
	_, err := c.HeadObject(bg, box, "copy")
	is(t, err, ErrNotFound)
	is(t, err, fs.ErrNotExist)
	must(c.DeleteObject(bg, box, "moved"))(t)

	equal(t, "empty", must(c.PutObject(bg, box, "empty", nil))(t).ETag(), "d41d8cd98f00b204e9800998ecf8427e")
	equal(t, "empty", get(t, c, box, "empty"), "")
}

func TestBodies(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	dir := t.TempDir()
	path := filepath.Join(dir, "big")
	check1(t, os.WriteFile(path, big, 0o600))
	file := must(os.Open(path))(t)
	defer file.Close()
	must(file.Seek(16, io.SeekStart))(t)
	pr, pw := io.Pipe()
	go func() { pw.Write(big); pw.Close() }()
	opr, opw, err := os.Pipe()
	check1(t, err)
	go func() { opw.Write(big); opw.Close() }()
	for name, body := range map[string]struct {
		source *Source
		size   int64
		want   string
	}{
		"bytes":         {FromBytes(big), 1 << 20, string(big)},
		"string":        {FromString("text"), 4, "text"},
		"no bytes":      {FromBytes(nil), 0, ""},
		"file":          {FromFile(path), 1 << 20, string(big)},
		"range":         {FromFileRange(path, 3, 20), 20, string(big[3:23])},
		"os.File":       {FromReader(file, -1), 1<<20 - 16, string(big[16:])},
		"os.File, part": {FromReader(file, 10), 10, string(big[16:26])},
		"strings":       {FromReader(strings.NewReader("reader"), -1), 6, "reader"},
		"buffer":        {FromReader(bytes.NewBufferString("buffer"), -1), 6, "buffer"},
		"some":          {FromReader(strings.NewReader("reader"), 4), 4, "read"},
		"pipe":          {FromReader(pr, -1), -1, string(big)},
		"os pipe":       {FromReader(opr, -1), -1, string(big)},
		"no reader":     {FromReader(nil, -1), 0, ""},
		"its last":      {FromReader(io.MultiReader(&lastWithEOF{"all at once"}), -1), -1, "all at once"},
	} {
		equal(t, name, must(body.source.Size())(t), body.size)
		must(c.PutObject(bg, box, "o", body.source))(t)
		if got := get(t, c, box, "o"); got != body.want {
			t.Fatalf("%s: %d bytes, %d wanted", name, len(got), len(body.want))
		}
		check1(t, body.source.Close())
		check1(t, body.source.Close())
		if name != "bytes" && name != "string" && name != "no bytes" && name != "no reader" {
			_, err := c.PutObject(bg, box, "o", body.source)
			is(t, err, ErrClosed)
			_, err = body.source.Size()
			is(t, err, ErrClosed)
		}
	}
	zero := must(os.Open("/dev/zero"))(t)
	defer zero.Close()
	must(c.PutObject(bg, box, "o", FromReader(zero, 3)))(t)
	equal(t, "a device", get(t, c, box, "o"), "\x00\x00\x00")
	equal(t, "a device", must(FromReader(zero, -1).Size())(t), -1)
	_, err = c.PutObject(bg, box, "o", FromFile(filepath.Join(dir, "none")))
	is(t, err, ErrIO)
	_, err = c.PutObject(bg, box, "o", FromFile("a\x00b"))
	is(t, err, ErrInvalidArgument)
	_, err = c.PutObject(bg, box, "o", FromFileRange(path, -1, 5))
	is(t, err, ErrInvalidArgument)
	var none *Source
	equal(t, "nil", must(none.Size())(t), 0)

	put(t, c, box, "o", string(big))
	// Into a file by the library, a writer, a file under its name, memory with a limit, and by small reads.
	out := must(os.Create(filepath.Join(dir, "out")))(t)
	defer out.Close()
	r := must(c.GetObject(bg, box, "o"))(t)
	equal(t, "to a file", must(io.Copy(out, r))(t), 1<<20)
	equal(t, "verified", r.BytesVerified(), 1<<20)
	r.Close()
	equal(t, "file", string(must(os.ReadFile(filepath.Join(dir, "out")))(t)), string(big))
	var buffer bytes.Buffer
	r = must(c.GetObject(bg, box, "o"))(t)
	equal(t, "to a buffer", must(r.WriteTo(&buffer))(t), 1<<20)
	equal(t, "read", r.BytesRead(), 1<<20)
	equal(t, "buffer", buffer.String(), string(big))
	n, err := r.Read(make([]byte, 1))
	equal(t, "after the end", n, 0)
	equal(t, "after the end", err, io.EOF)
	r.Close()
	r = must(c.GetObject(bg, box, "o"))(t)
	equal(t, "to a name", must(r.WriteFile(filepath.Join(dir, "name")))(t), 1<<20)
	r.Close()
	equal(t, "file", string(must(os.ReadFile(filepath.Join(dir, "name")))(t)), string(big))
	r = must(c.GetObject(bg, box, "o"))(t)
	_, err = r.ReadAll(100)
	is(t, err, ErrTooLarge)
	r.Close()
	_, err = r.Read(make([]byte, 1))
	is(t, err, ErrClosed)
	is(t, err, os.ErrClosed)
	r = must(c.GetObject(bg, box, "o"))(t)
	defer r.Close()
	small := make([]byte, 1000)
	equal(t, "nothing", must(r.Read(small[:0]))(t), 0)
	must(io.ReadFull(r, small))(t)
	equal(t, "small", string(small), string(big[:1000]))
	failing := errors.New("full")
	_, err = r.WriteTo(writerFunc(func(p []byte) (int, error) { return 0, failing }))
	equal(t, "a writer that fails", err, failing)
	_, err = r.WriteTo(writerFunc(func(p []byte) (int, error) { return len(p) - 1, nil }))
	equal(t, "a short write", err, io.ErrShortWrite)
	_, err = r.WriteFile("a\x00b")
	is(t, err, ErrInvalidArgument)
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// lastWithEOF gives io.EOF together with its bytes.
type lastWithEOF struct{ text string }

func (l *lastWithEOF) Read(p []byte) (int, error) {
	n := copy(p, l.text)
	l.text = l.text[n:]
	return n, io.EOF
}

func TestRangesAndConditions(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	etag := put(t, c, box, "o", "0123456789").ETag()
	r := must(c.GetObject(bg, box, "o", Range(2, 3)))(t)
	part, is206 := r.ContentRange()
	equal(t, "part", is206, true)
	equal(t, "part", part, ContentRange{2, 3, 10})
	equal(t, "body", string(must(r.ReadAll(-1))(t)), "234")
	r.Close()
	equal(t, "end", get(t, c, box, "o", Range(7, -1)), "789")
	equal(t, "last", get(t, c, box, "o", Range(-1, 2)), "89")
	r = must(c.GetObject(bg, box, "o", Range(0, 2), AnotherRange(4, 2)))(t)
	defer r.Close()
	for _, want := range []string{"01", "45"} {
		p := must(r.NextPart())(t)
		equal(t, "length", p.Length, 2)
		equal(t, "part", string(must(io.ReadAll(r))(t)), want)
	}
	_, err := r.NextPart()
	equal(t, "end", err, io.EOF)
	_, err = c.GetObject(bg, box, "o", Range(100, 5))
	is(t, err, ErrRange)
	_, err = c.GetObject(bg, box, "o", IfMatch("x"))
	is(t, err, ErrPrecondition)
	_, err = c.GetObject(bg, box, "o", IfNoneMatch(etag))
	is(t, err, ErrNotModified)
	_, err = c.GetObject(bg, box, "o", IfModifiedSince(time.Now().Add(2*time.Second)))
	is(t, err, ErrNotModified)
	_, err = c.GetObject(bg, box, "o", IfUnmodifiedSince(time.Now().Add(-time.Hour)))
	is(t, err, ErrPrecondition)
	_, err = c.PutObject(bg, box, "o", FromString("x"), IfNoneMatch("*"))
	is(t, err, ErrPrecondition)
	_, err = c.PutObject(bg, box, "o", FromString("x"), ETag("d41d8cd98f00b204e9800998ecf8427e"))
	is(t, err, ErrChecksum)
}

func TestReader(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	put(t, c, box, "o", "0123456789", Metadata("A", "b"))
	r := must(c.OpenObject(bg, box, "o"))(t)
	equal(t, "size", r.Size(), 10)
	equal(t, "ETag", r.ETag(), "781e5e245d69b566979b86e28d23f2c7")
	equal(t, "header", r.Header("x-object-meta-a"), "b")
	contains(t, r.String(), "10 bytes")
	equal(t, "all", string(must(io.ReadAll(r))(t)), "0123456789")
	equal(t, "verified", r.IsVerified(), true)
	equal(t, "seek", must(r.Seek(-4, io.SeekEnd))(t), 6)
	equal(t, "seek", must(r.Seek(1, io.SeekCurrent))(t), 7)
	var b strings.Builder
	equal(t, "rest", must(r.WriteTo(&b))(t), 3)
	equal(t, "rest", b.String(), "789")
	equal(t, "seek", must(r.Seek(2, io.SeekStart))(t), 2)
	_, err := r.Seek(-3, io.SeekCurrent)
	is(t, err, ErrInvalidArgument)
	_, err = r.Seek(0, 7)
	is(t, err, ErrInvalidArgument)
	p := make([]byte, 4)
	equal(t, "at", must(r.ReadAt(p, 5))(t), 4)
	equal(t, "at", string(p), "5678")
	n, err := r.ReadAt(p, 8)
	equal(t, "short", n, 2)
	equal(t, "short", err, io.EOF)
	_, err = r.ReadAt(p, 10)
	equal(t, "past the end", err, io.EOF)
	_, err = r.ReadAt(p, -1)
	is(t, err, ErrInvalidArgument)
	equal(t, "a section", string(must(io.ReadAll(io.NewSectionReader(r, 1, 3)))(t)), "123")
	must(io.ReadFull(r, p[:2]))(t)
	equal(t, "the position stayed", string(p[:2]), "23")
	put(t, c, box, "o", "other")
	_, err = r.ReadAt(p, 0)
	is(t, err, ErrPrecondition)
	check1(t, r.Close())
	check1(t, r.Close())
	_, err = r.Read(p)
	is(t, err, ErrClosed)
	_, err = r.ReadAt(p, 0)
	is(t, err, ErrClosed)
	_, err = r.Seek(0, io.SeekStart)
	is(t, err, ErrClosed)
	_, err = c.OpenObject(bg, box, "none")
	is(t, err, ErrNotFound)
}

func TestWriter(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	w := must(c.CreateObject(bg, box, "o", nil, ContentType("text/x")))(t)
	must(io.WriteString(w, "hello "))(t)
	equal(t, "from", must(io.Copy(w, strings.NewReader("world")))(t), 5)
	equal(t, "from", must(w.ReadFrom(strings.NewReader("!")))(t), 1)
	equal(t, "written", w.BytesWritten(), 12)
	_, err := c.HeadObject(bg, box, "o")
	is(t, err, ErrNotFound)
	check1(t, w.Close())
	check1(t, w.Close())
	check1(t, w.Abort())
	_, err = w.Write([]byte("x"))
	is(t, err, ErrClosed)
	equal(t, "object", get(t, c, box, "o"), "hello world!")

	w = must(c.CreateObject(bg, box, "slo", Settings{"segment_size": 1 << 20, "buffer_size": 1 << 20}))(t)
	must(w.Write(make([]byte, 5<<19)))(t)
	r := must(w.Finish())(t)
	equal(t, "status", r.Status(), 201)
	_, err = w.Finish()
	is(t, err, ErrClosed)
	r = must(c.HeadObject(bg, box, "slo"))(t)
	equal(t, "SLO", r.IsSLO(), true)
	equal(t, "size", r.ContentLength(), 5<<19)
	must(c.DeleteSLO(bg, box, "slo", false))(t)

	w = must(c.CreateObject(bg, box, "given up", Settings{"segment_size": 1 << 20, "buffer_size": 1 << 20}))(t)
	must(w.Write(make([]byte, 5<<19)))(t)
	check1(t, w.Abort())
	check1(t, w.Abort())
	check1(t, w.Close())
	_, err = c.HeadObject(bg, box, "given up")
	is(t, err, ErrNotFound)
	l := must(c.ListContainer(bg, box+"_segments"))(t)
	defer l.Close()
	equal(t, "segments left", l.Next(), false)
	check1(t, l.Err())

	w = must(c.CreateObject(bg, unique("none"), "o", nil))(t)
	must(w.Write([]byte("x")))(t)
	err = w.Close()
	is(t, err, ErrNotFound)
	equal(t, "the same", w.Close(), err)
	_, err = c.CreateObject(bg, box, "o", Settings{"prefix": "x"})
	is(t, err, ErrInvalidArgument)
}

func TestLargeObjects(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	a, b := put(t, c, box, "s/1", "first "), put(t, c, box, "s/2", "second")
	m := NewManifest()
	check1(t, m.AddObject(box, "s/1", a.ETag(), 6))
	check1(t, m.AddRange(box, "s/2", b.ETag(), 6, 0, 3))
	check1(t, m.AddData([]byte("!")))
	equal(t, "size", m.Size(), 10)
	text := must(m.JSON())(t)
	contains(t, text, "size_bytes")
	again := must(ManifestFromJSON(text))(t)
	equal(t, "segments", len(again.Segments()), 3)
	equal(t, "size", again.Size(), m.Size())
	if m.ETag() == "" {
		t.Fatal("the ETag can be known")
	}
	s := m.Segments()
	equal(t, "segment", s[0].Object, "s/1")
	equal(t, "segment", s[1].IsRange, true)
	equal(t, "segment", s[1].RangeSize, 3)
	equal(t, "segment", string(s[2].Data), "!")
	must(c.PutSLO(bg, box, "slo", m, Heartbeat(true)))(t)
	equal(t, "body", get(t, c, box, "slo"), "first sec!")
	r := must(c.HeadObject(bg, box, "slo", PartNumber(1)))(t)
	equal(t, "parts", r.PartsCount(), 3)
	equal(t, "part", r.ContentLength(), 6)
	back := must(c.GetSLOManifest(bg, box, "slo"))(t).Segments()
	equal(t, "read back", len(back), 3)
	if back[0].LastModified.IsZero() || back[0].ContentType == "" || back[0].IsSLO {
		t.Fatalf("%+v", back[0])
	}
	check1(t, again.AddObject(box, "none", "", -1))
	_, err := c.PutSLO(bg, box, "bad", again)
	var e *Error
	if !errors.As(err, &e) || e.Report == nil || len(e.Report.Errors) != 1 || e.Report.Errors[0].Object != "none" {
		t.Fatalf("%+v", err)
	}
	_, err = ManifestFromJSON("{")
	is(t, err, ErrProtocol)
	_, err = c.PutSLO(bg, box, "bad", nil)
	is(t, err, ErrInvalidArgument)
	report := must(c.DeleteSLO(bg, box, "slo", false))(t)
	equal(t, "deleted", report.Deleted, 3)

	put(t, c, box, "d/1", "one")
	put(t, c, box, "d/2", "two")
	must(c.PutDLO(bg, box, "dlo", box, "d/", Metadata("A", "b")))(t)
	r = must(c.WaitDLO(bg, box, "dlo", 6))(t)
	equal(t, "manifest", r.DLOManifest(), box+"/d/")
	must(c.PostDLO(bg, box, "dlo", Metadata("A", "c")))(t)
	equal(t, "body", get(t, c, box, "dlo"), "onetwo")
	equal(t, "manifest itself", get(t, c, box, "dlo", ManifestGet(true)), "")
	must(c.PutObject(bg, box, "dlo2", nil, SegmentsOfDLO(box, "d/")))(t)
	equal(t, "body", get(t, c, box, "dlo2"), "onetwo")
	equal(t, "deleted", must(c.DeleteDLO(bg, box, "dlo"))(t).Deleted, 3)

	// Where versions are kept an older one would lack its segments.
	must(c.PostContainer(bg, box, VersionsEnabled(true)))(t)
	put(t, c, box, "e/1", "one")
	must(c.PutDLO(bg, box, "kept", box, "e/"))(t)
	must(c.WaitDLO(bg, box, "kept", 3))(t)
	_, err = c.DeleteDLO(bg, box, "kept")
	is(t, err, ErrState)
	must(c.DeleteDLO(bg, box, "kept", DeleteKept(true)))(t)
}

func TestVersionsAndLinks(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	must(c.PostContainer(bg, box, VersionsEnabled(true)))(t)
	first := put(t, c, box, "o", "first").VersionID()
	second := put(t, c, box, "o", "second").VersionID()
	equal(t, "first", get(t, c, box, "o", VersionID(first)), "first")
	r := must(c.HeadObject(bg, box, "o", VersionID(first)))(t)
	equal(t, "length", r.ContentLength(), 5)
	must(c.RestoreObjectVersion(bg, box, "o", first))(t)
	equal(t, "restored", get(t, c, box, "o"), "first")
	l := must(c.ListContainer(bg, box, Versions(true), Marker("o"), VersionMarker(second)))(t)
	defer l.Close()
	for l.Next() {
		if l.Entry().VersionID == "" {
			t.Fatalf("%+v", l.Entry())
		}
	}
	check1(t, l.Err())
	r = must(c.DeleteObject(bg, box, "o", VersionID(second)))(t)
	_ = r.CurrentVersionID()
	marker := must(c.DeleteObject(bg, box, "o"))(t).VersionID()
	r = must(c.DeleteObject(bg, box, "o", VersionID(marker)))(t)
	if r.CurrentVersionID() == "" {
		t.Fatal("the current version is not told")
	}
	r = must(c.DeleteObject(bg, box, "o", VersionID(first)))(t)
	must(c.PostContainer(bg, box, VersionsEnabled(false)))(t)

	etag := put(t, c, box, "target", "aim").ETag()
	must(c.PutSymlink(bg, box, "link", SymlinkTo{ObjectName{"", box, "target"}, etag}))(t)
	equal(t, "through", get(t, c, box, "link"), "aim")
	r = must(c.HeadObject(bg, box, "link"))(t)
	where, other := r.ContentLocation()
	equal(t, "other", other, true)
	equal(t, "where", where.Object, "target")
	r = must(c.HeadObject(bg, box, "link", SymlinkGet(true)))(t)
	to, link := r.SymlinkTarget()
	equal(t, "link", link, true)
	equal(t, "to", to.Object, "target")
	equal(t, "to", to.ETag, etag)
	_, err := c.PostObject(bg, box, "link", Metadata("A", "b"))
	is(t, err, ErrHTTP)
	must(c.PostObject(bg, box, "link", Metadata("A", "b"), SymlinkPost(SymlinkLink)))(t)
	must(c.PostObject(bg, box, "link", Metadata("A", "b"), SymlinkPost(SymlinkTarget)))(t)
	v, _ := must(c.HeadObject(bg, box, "target"))(t).Metadata("A")
	equal(t, "metadata of the target", v, "b")
}

func TestManyThings(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, name := range []string{"a", "b", "c"} {
		check1(t, w.WriteHeader(&tar.Header{Name: name, Size: 1, Mode: 0o600}))
		must(w.Write([]byte(name)))(t)
	}
	check1(t, w.Close())
	report := must(c.UploadArchive(bg, box, "in", ArchiveTar, FromBytes(archive.Bytes())))(t)
	equal(t, "created", report.Created, 3)
	equal(t, "status", report.Status, 201)
	path := filepath.Join(t.TempDir(), "x.tar")
	check1(t, os.WriteFile(path, archive.Bytes(), 0o600))
	equal(t, "created", must(c.UploadArchive(bg, box, "", ArchiveByName, FromFile(path)))(t).Created, 3)
	_, err := c.UploadArchive(bg, box, "", ArchiveTarGz, FromString("no archive"))
	is(t, err, ErrHTTP)
	var moved int64
	report = must(c.BulkDelete(bg, []string{box + "/in/a", box + "/in/b", box + "/in/ö"},
		Progress(func(done, total int64) bool { moved = done; return true })))(t)
	equal(t, "deleted", report.Deleted, 2)
	equal(t, "not found", report.NotFound, 1)
	equal(t, "heard", moved, 3)
	_, err = c.BulkDelete(bg, []string{box})
	is(t, err, ErrConflict)
	equal(t, "path", asError(err).Report.Errors[0], PathError{box, "", 409, "409 Conflict"})
	_, err = c.BulkDelete(bg, []string{"a\x00"})
	is(t, err, ErrInvalidArgument)
	_, err = c.BulkDelete(bg, nil)
	is(t, err, ErrInvalidArgument)
}

func TestURLs(t *testing.T) {
	c := connect(t)
	box := container(t, c, ContainerTempURLKey(1, "secret"))
	url := func(method string) string {
		return must(c.SignTempURL(bg, box, "o", TempURL{Method: method, Lifetime: time.Minute}))(t)
	}
	open := connectWith(t, Settings{"os_auth_type": "none", "os_storage_url": must(c.StorageURL())(t)})
	must(open.PutURL(bg, url("PUT"), FromString("by URL")))(t)
	equal(t, "length", must(open.HeadURL(bg, url("HEAD")))(t).ContentLength(), 6)
	r := must(open.GetURL(bg, url("GET")))(t)
	defer r.Close()
	equal(t, "body", string(must(r.ReadAll(-1))(t)), "by URL")
	reader := must(open.OpenURL(bg, url("GET")))(t)
	defer reader.Close()
	equal(t, "reader", string(must(io.ReadAll(reader))(t)), "by URL")
	equal(t, "as the call says", get(t, open, box, "o", UseTempURL(url("GET"))), "by URL")
	must(open.PostURL(bg, url("POST"), Metadata("A", "b")))(t)
	must(open.DeleteURL(bg, url("DELETE")))(t)
	_, err := open.GetURL(bg, must(TempURL{
		StorageURL: must(c.StorageURL())(t), Container: box, Object: "o", Until: "1h", Key: "wrong", Prefix: true,
		IPRange: "127.0.0.1", ISO8601: true, Filename: "f", Inline: true, Digest: "sha256",
	}.Generate())(t))
	is(t, err, ErrUnauthorized)
	is(t, err, fs.ErrPermission)
	_, err = TempURL{Path: "/v1/a/c/o", Key: "k"}.Generate()
	is(t, err, ErrState)
	_, err = TempURL{Path: "/v1/a/c/o", Key: "k", Expires: time.Now(), Method: "\x00"}.Generate()
	is(t, err, ErrInvalidArgument)
	_, err = c.SignTempURL(bg, box, "o", TempURL{Digest: "md4"})
	is(t, err, ErrInvalidArgument)

	form := FormPost{MaxFileSize: 10, MaxFileCount: 2, Lifetime: time.Minute, ContentType: "text/plain"}
	signed := must(c.SignFormPost(bg, box, "in/", form))(t)
	contains(t, signed.Action, box+"/in/")
	names := ""
	for _, f := range signed.Fields {
		names += f.Name + " "
	}
	contains(t, names, "signature")
	form = FormPost{
		StorageURL: must(c.StorageURL())(t), Container: box, Prefix: "p", MaxFileSize: 1, MaxFileCount: 1, Key: "k",
		Until: "4000000000", Absolute: true, Digest: "sha1", Redirect: "https://example.com/", DeleteAfter: time.Hour,
		ContentEncoding: "gzip",
	}
	contains(t, must(form.Sign())(t).Action, box+"/p")
	form = FormPost{Path: "/v1/a/c/p", MaxFileSize: 1, MaxFileCount: 1, Key: "k", Expires: time.Now(),
		DeleteAt: time.Now().Add(time.Hour)}
	equal(t, "action", must(form.Sign())(t).Action, "/v1/a/c/p")
	_, err = FormPost{Path: "/v1/a/c/p"}.Sign()
	is(t, err, ErrState)
	_, err = FormPost{MaxFileCount: -1}.Sign()
	is(t, err, ErrInvalidArgument)
	_, err = c.SignFormPost(bg, box, "", FormPost{Digest: "md4"})
	is(t, err, ErrInvalidArgument)
}
