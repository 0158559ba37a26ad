package keymaterial

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"encoding/binary"
)

// maxDER is the size up to which a file may be one key in DER. One of RSA with 16,384 bits has 9 KiB.
const maxDER = 16 << 10

// Object identifiers, as DER has them.
var (
	oidData       = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"         // 1.2.840.113549.1.7.1
	oidSignedData = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"         // 1.2.840.113549.1.7.2
	oidKeyBag     = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01" // 1.2.840.113549.1.12.10.1.1
)

// binaryFile tells the kinds that are no text.
func binaryFile(data []byte) *Mark {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		if isPlan(data) {
			return &Mark{TerraformPlan, false, 1}
		}
	case isKeystore(data):
		return &Mark{JavaKeystore, true, 1}
	case isPKCS12(data):
		return &Mark{PKCS12, !bytes.Contains(data, []byte(oidKeyBag)), 1} // a key bag is one that nothing encrypts
	case len(data) > 0 && data[0] == 0x30 && len(data) <= maxDER && isDER(data):
		return &Mark{PrivateKey, false, 1}
	}
	return nil
}

// isPlan tells a plan by the names of its files. Of a zip that is damaged they are looked for as text.
func isPlan(data []byte) bool {
	if !bytes.Contains(data, []byte("tfplan")) && !bytes.Contains(data, []byte("tfstate")) {
		return false
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return bytes.Contains(data, []byte("tfplan")) && bytes.Contains(data, []byte("tfstate"))
	}
	for _, f := range z.File {
		switch f.Name {
		case "tfplan", "tfstate", "tfstate-prev":
			return true
		}
	}
	return false
}

// isKeystore tells a JKS and a JCEKS by its first bytes and version.
func isKeystore(data []byte) bool {
	if len(data) < 12 {
		return false
	}
	mark, version := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	return (mark == 0xFEEDFEED || mark == 0xCECECECE) && (version == 1 || version == 2)
}

// isPKCS12 tells a PFX (RFC 7292, 4): a sequence of the version 3 and of a sequence that begins with the kind of its content.
func isPKCS12(data []byte) bool {
	data, ok := sequence(data)
	if !ok || !bytes.HasPrefix(data, []byte("\x02\x01\x03")) {
		return false
	}
	data, ok = sequence(data[3:])
	return ok && (bytes.HasPrefix(data, []byte(oidData)) || bytes.HasPrefix(data, []byte(oidSignedData)))
}

// sequence goes into a sequence, whose length may be in any form that BER has.
func sequence(data []byte) ([]byte, bool) {
	if len(data) < 2 || data[0] != 0x30 {
		return nil, false
	}
	more := 0
	if data[1] > 0x80 {
		more = int(data[1] & 0x7f)
	}
	if more > 8 || len(data) < 2+more {
		return nil, false
	}
	return data[2+more:], true
}

// isDER tells a private key without any armor.
func isDER(data []byte) bool {
	_, err := x509.ParsePKCS8PrivateKey(data)
	if err != nil {
		_, err = x509.ParsePKCS1PrivateKey(data)
	}
	if err != nil {
		_, err = x509.ParseECPrivateKey(data)
	}
	return err == nil
}
