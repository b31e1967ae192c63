package main

import (
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// One load: so many workers, each with one request under way at a time.
type cell struct {
	mode          string
	keys, workers int
	seconds       float64
}

// What one load showed. Times are of a whole signature: in mode pair, both calls.
type result struct {
	Target         string  `json:"target"`
	Round          int     `json:"round"`
	Mode           string  `json:"mode"`
	Keys           int     `json:"keys"`
	Workers        int     `json:"workers"`
	Signatures     int     `json:"signatures"`
	PerSecond      float64 `json:"perSecond"`
	P50            float64 `json:"p50Millis"`
	P99            float64 `json:"p99Millis"`
	P999           float64 `json:"p999Millis"`
	ServerMicros   float64 `json:"serverCpuMicros"`
	DatabaseMicros float64 `json:"databaseCpuMicros"`
	ClientMicros   float64 `json:"clientCpuMicros"`
	PeakMiB        float64 `json:"peakMiB"`
	Verified       int64   `json:"verified"`
	Errors         int64   `json:"errors"`
	FirstError     string  `json:"firstError,omitempty"`
}

// To verify every signature would burden the CPU that the signer shares.
const verifyOneIn = 200

// Workers find their first key and connection before it counts.
const lead = 300 * time.Millisecond

func (t *target) load(c cell) result {
	var measuring, stopped int32
	var errors, verified int64
	var first atomic.Value
	latencies := make([][]time.Duration, c.workers)
	var workers sync.WaitGroup
	for w := 0; w < c.workers; w++ {
		workers.Add(1)
		go func(w int) {
			defer workers.Done()
			for i := 0; atomic.LoadInt32(&stopped) == 0; i++ {
				took, checked, err := t.once(w+i, c.mode, t.keys[(w+i*c.workers)%c.keys], i%verifyOneIn == 0)
				switch {
				case err != nil:
					atomic.AddInt64(&errors, 1)
					first.CompareAndSwap(nil, err.Error())
					time.Sleep(10 * time.Millisecond)
				case atomic.LoadInt32(&measuring) == 1:
					latencies[w] = append(latencies[w], took)
				}
				if checked {
					atomic.AddInt64(&verified, 1)
				}
			}
		}(w)
	}
	time.Sleep(lead)
	before := t.used()
	atomic.StoreInt32(&measuring, 1)
	time.Sleep(time.Duration(c.seconds * float64(time.Second)))
	atomic.StoreInt32(&measuring, 0)
	after := t.used()
	atomic.StoreInt32(&stopped, 1)
	workers.Wait()

	r := t.result(c, latencies, before, after)
	r.Errors, r.Verified = errors, verified
	r.FirstError, _ = first.Load().(string)
	return r
}

// One signature of k, once it is its turn; that is waited for outside the time taken. The requests of a
// worker go to one node after another, as through a balancer that knows nothing of keys.
func (t *target) once(turn int, mode string, k *signingKey, check bool) (took time.Duration, checked bool, err error) {
	k.turn.Lock()
	defer k.turn.Unlock()
	n := t.nodes[turn%len(t.nodes)]
	start := time.Now()
	if mode == "pair" {
		if err = n.keyInfo(k); err != nil {
			return
		}
	}
	document, signature, err := n.sign(k)
	took = time.Since(start)
	if err == nil && check {
		err = verify(k.Public, document, signature)
		checked = err == nil
	}
	return
}

// CPU seconds used so far, and when that was.
type usage struct {
	at                       time.Time
	server, database, client float64
}

func (t *target) used() usage {
	return usage{time.Now(), t.sum(cpuOf), cpuOfTree(t.database), cpuOf(os.Getpid())}
}

// Over the processes of all nodes.
func (t *target) sum(figure func(int) float64) (sum float64) {
	for _, pid := range t.pids {
		sum += figure(pid)
	}
	return
}

func (t *target) result(c cell, latencies [][]time.Duration, before, after usage) result {
	var all []time.Duration
	for _, each := range latencies {
		all = append(all, each...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	micros := func(seconds float64) float64 { return seconds * 1e6 / float64(len(all)) }
	return result{
		Target: t.name, Mode: c.mode, Keys: c.keys, Workers: c.workers, Signatures: len(all),
		PerSecond:      float64(len(all)) / after.at.Sub(before.at).Seconds(),
		P50:            percentile(all, .5),
		P99:            percentile(all, .99),
		P999:           percentile(all, .999),
		ServerMicros:   micros(after.server - before.server),
		DatabaseMicros: micros(after.database - before.database),
		ClientMicros:   micros(after.client - before.client),
		PeakMiB:        t.sum(peakMiB),
	}
}

func percentile(sorted []time.Duration, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(p*float64(len(sorted)-1))].Nanoseconds()) / 1e6
}
