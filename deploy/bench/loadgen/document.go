package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math/big"
	"strconv"
	"time"
)

// The canonical bytes of a timestamp's signed object, in every member as notary-server writes it;
// the snapshot it names is made up from key and version.
func timestamp(key string, version int64, now time.Time) []byte {
	v := strconv.FormatInt(version, 10)
	h := sha256.Sum256([]byte(key + v))
	twice := append(append([]byte{}, h[:]...), h[:]...) // as long as a SHA-512
	return []byte(`{"_type":"Timestamp","expires":"` + now.UTC().Add(14*24*time.Hour).Format(time.RFC3339Nano) +
		`","meta":{"snapshot":{"hashes":{"sha256":"` + base64.StdEncoding.EncodeToString(h[:]) +
		`","sha512":"` + base64.StdEncoding.EncodeToString(twice) + `"},"length":683}},"version":` + v + `}`)
}

// Whether signature is r and s, 32 bytes each, of the P-256 key in public over the document.
func verify(public, document, signature []byte) error {
	parsed, err := x509.ParsePKIXPublicKey(public)
	if err != nil {
		return err
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || len(signature) != 64 {
		return errors.New("not 64 bytes of a P-256 key")
	}
	digest := sha256.Sum256(document)
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(key, digest[:], r, s) {
		return errors.New("the signature does not verify")
	}
	return nil
}
