// Loadgen compares signers that speak notary-signer's gRPC, as notary-server would use them: over
// one mutual-TLS connection each, with notary's own generated client. It asks them in turn
// (A B C A B C ...), so that what else the machine does meets all of them alike, and prints a
// Markdown table with the medians of the rounds.
//
// Each request asks for the timestamp that comes next for its key: a document as notary-server
// writes it, one version after another, never two of one key at a time.
//
//	loadgen -target name=here,addr=localhost:7899,ca=ca.crt,cert=c.crt,key=c.key,pid=123 \
//	    -target ... -modes sign,pair -keys 100,1000 -workers 1,8,32 -rounds 2 -seconds 4
//	loadgen -make 1000 -target name=here,...,keyfile=F    make keys, remember them in F, end
//
// A target is a list of NAME=VALUE:
//
//	name      how the table calls it
//	addr      host:port; the host is also the name checked in the certificate; several nodes that
//	          share their keys: host:port+host:port
//	ca, cert, key    PEM files: who signed the server's certificate, and the client's own
//	kind      memory, durable (what others are compared with) or subject, which is the default
//	pid       process of the signer, for its CPU and memory; of several: pid+pid
//	database  process of its database, for its CPU with that of its children
//	warmup    seconds of load before the first round; default 3
//	keyfile   keys made by -make; without it keys are made at the start
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"
)

type targetList []*target

func (l *targetList) String() string { return fmt.Sprint(len(*l), " targets") }

func (l *targetList) Set(text string) error {
	t, err := parseTarget(text)
	if err == nil {
		*l = append(*l, t)
	}
	return err
}

// Plan of one comparison.
type plan struct {
	modes, keys, workers string
	rounds               int
	seconds              float64
	lines                string
	ceiling              float64
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("loadgen: ")
	var targets targetList
	var p plan
	flag.Var(&targets, "target", "a signer to load; may be given several times")
	toMake := flag.Int("make", 0, "make this many keys of each target, write its keyfile and end")
	flag.StringVar(&p.modes, "modes", "sign,pair", "sign; pair: GetKeyInfo before each Sign, as notary-server does")
	flag.StringVar(&p.keys, "keys", "100,1000", "numbers of keys")
	flag.StringVar(&p.workers, "workers", "1,8,32", "numbers of requests under way at a time")
	flag.IntVar(&p.rounds, "rounds", 2, "rounds over all targets")
	flag.Float64Var(&p.seconds, "seconds", 4, "length of each load")
	flag.StringVar(&p.lines, "json", "", "append every load's figures to this file, one JSON object a line")
	flag.Float64Var(&p.ceiling, "ceiling", 0, "also give the rates as a share of this rate")
	flag.Parse()
	if len(targets) == 0 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(64)
	}
	for _, t := range targets {
		check(t.connect())
	}
	if *toMake > 0 {
		for _, t := range targets {
			check(t.makeKeys(*toMake))
			check(t.saveKeys())
		}
		return
	}
	results, err := p.run(targets)
	check(err)
	if report(os.Stdout, targets, results, p.ceiling) > 0 {
		log.Fatal("some requests failed: the figures are void")
	}
}

func (p plan) run(targets []*target) ([]result, error) {
	keys, workers := numbers(p.keys), numbers(p.workers)
	for _, t := range targets {
		if err := t.needKeys(largest(keys)); err != nil {
			return nil, err
		}
	}
	for _, t := range targets {
		log.Printf("warming up %s for %.0f s", t.name, t.warmup)
		r := t.load(cell{mode: "sign", keys: largest(keys), workers: largest(workers), seconds: t.warmup})
		log.Printf("%s: %d signatures", t.name, r.Signatures)
		if r.Errors > 0 {
			return nil, fmt.Errorf("%s: %d errors, the first: %s", t.name, r.Errors, r.FirstError)
		}
	}
	var results []result
	for round := 1; round <= p.rounds; round++ {
		for _, mode := range strings.Split(p.modes, ",") {
			for _, n := range keys {
				for _, w := range workers {
					for _, t := range targets {
						time.Sleep(settle)
						r := t.load(cell{mode: mode, keys: n, workers: w, seconds: p.seconds})
						r.Round = round
						log.Printf("round %d, %s, %d keys, %d workers, %s: %.0f/s, %.0f us", round, mode, n, w, t.name, r.PerSecond, r.ServerMicros)
						results = append(results, r)
						if err := appendLine(p.lines, r); err != nil {
							return nil, err
						}
					}
				}
			}
		}
	}
	return results, nil
}

// What a load leaves behind (commits, garbage) is not to fall on the next one's account.
const settle = 200 * time.Millisecond

func appendLine(file string, r result) error {
	if file == "" {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(append(line, '\n'))
	return err
}

func numbers(text string) (all []int) {
	for _, each := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(each))
		if err != nil || n < 1 {
			log.Fatalf("%q is not a list of numbers from 1", text)
		}
		all = append(all, n)
	}
	return
}

func largest(all []int) (most int) {
	for _, n := range all {
		if n > most {
			most = n
		}
	}
	return
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
