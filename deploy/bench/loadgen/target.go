package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io/ioutil"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	pb "github.com/theupdateframework/notary/proto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// A signer under load: one node, or several that share their keys.
type target struct {
	name, ca, cert, key string
	kind, keyfile       string
	addrs               []string
	pids                []int
	database            int
	warmup              float64
	nodes               []node
	keys                []*signingKey
}

// What one connection offers.
type node struct {
	management pb.KeyManagementClient
	signer     pb.SignerClient
}

// A key and how far its timestamps have got; the lock keeps its versions one after another, as
// notary-server's are.
type signingKey struct {
	ID      string
	Public  []byte // DER SubjectPublicKeyInfo
	version int64
	turn    sync.Mutex
}

func parseTarget(text string) (*target, error) {
	t := &target{kind: subject, warmup: 3}
	for _, setting := range strings.Split(text, ",") {
		name, value, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not NAME=VALUE", setting)
		}
		var err error
		switch name {
		case "name":
			t.name = value
		case "addr":
			t.addrs = strings.Split(value, "+")
		case "ca":
			t.ca = value
		case "cert":
			t.cert = value
		case "key":
			t.key = value
		case "kind":
			t.kind = value
		case "keyfile":
			t.keyfile = value
		case "pid":
			for _, each := range strings.Split(value, "+") {
				var pid int
				if pid, err = strconv.Atoi(each); err != nil {
					break
				}
				t.pids = append(t.pids, pid)
			}
		case "database":
			t.database, err = strconv.Atoi(value)
		case "warmup":
			t.warmup, err = strconv.ParseFloat(value, 64)
		default:
			err = fmt.Errorf("unknown setting %q", name)
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *target) connect() error {
	pem, err := ioutil.ReadFile(t.ca)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s holds no certificate", t.ca)
	}
	own, err := tls.LoadX509KeyPair(t.cert, t.key)
	if err != nil {
		return err
	}
	for _, addr := range t.addrs {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return err
		}
		conn, err := grpc.Dial(addr, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12, ServerName: host, RootCAs: roots, Certificates: []tls.Certificate{own},
		})))
		if err != nil {
			return err
		}
		t.nodes = append(t.nodes, node{pb.NewKeyManagementClient(conn), pb.NewSignerClient(conn)})
	}
	return nil
}

// Keys from the keyfile, where there is one; the rest is made now.
func (t *target) needKeys(n int) error {
	if t.keyfile != "" {
		text, err := ioutil.ReadFile(t.keyfile)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &t.keys); err != nil {
			return err
		}
	}
	return t.makeKeys(n)
}

func (t *target) makeKeys(n int) error {
	run := time.Now().UnixNano()
	for i := len(t.keys); i < n; i++ {
		made, err := t.nodes[0].management.CreateKey(context.Background(), &pb.CreateKeyRequest{
			Algorithm: "ecdsa", Gun: fmt.Sprintf("bench.example/%d/%d", run, i), Role: "timestamp",
		})
		if err != nil {
			return fmt.Errorf("%s: key %d: %v", t.name, i, err)
		}
		t.keys = append(t.keys, &signingKey{ID: made.KeyInfo.KeyID.ID, Public: made.PublicKey})
	}
	return nil
}

func (t *target) saveKeys() error {
	text, err := json.Marshal(t.keys)
	if err != nil {
		return err
	}
	return ioutil.WriteFile(t.keyfile, text, 0600)
}

// Has the key sign its next timestamp; the caller holds the key's turn.
func (n node) sign(k *signingKey) (document, signature []byte, err error) {
	document = timestamp(k.ID, k.version+1, time.Now())
	answer, err := n.signer.Sign(context.Background(), &pb.SignatureRequest{KeyID: &pb.KeyID{ID: k.ID}, Content: document})
	if err != nil {
		return nil, nil, err
	}
	k.version++
	return document, answer.Content, nil
}

func (n node) keyInfo(k *signingKey) error {
	_, err := n.management.GetKeyInfo(context.Background(), &pb.KeyID{ID: k.ID})
	return err
}
