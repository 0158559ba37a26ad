package repo

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// cloneFile has out share the blocks of in, until one of them is written to. Btrfs, XFS, bcachefs and some others can.
func cloneFile(out, in *os.File) error {
	to, err := out.SyscallConn()
	if err != nil {
		return err
	}
	from, err := in.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = from.Control(func(source uintptr) {
		failed = to.Control(func(target uintptr) {
			err = unix.IoctlFileClone(int(target), int(source))
		})
		failed = errors.Join(failed, err)
	})
	return errors.Join(err, failed)
}

// neverClones reports whether the reason holds for other files as well: the file system cannot, or the two places lie on
// different ones.
func neverClones(err error) bool {
	return errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EXDEV) || errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.ENOSYS)
}
