package main

import (
	"fmt"
	"io"
	"sort"
)

// Kinds of target: what others are compared with, and what is compared.
const (
	memory  = "memory"
	durable = "durable"
	subject = "subject"
)

// Prints the table, and returns how many requests failed.
func report(out io.Writer, targets []*target, results []result, ceiling float64) (failed int64) {
	fmt.Fprintln(out, "| mode | keys | workers | signer | /s | p50 ms | p99 ms | p99.9 ms | server us | database us | client us | x memory | x fastest durable |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, c := range cells(results) {
		byTarget := map[string]result{}
		for _, t := range targets {
			byTarget[t.name] = median(results, c, t.name)
		}
		for _, t := range targets {
			r := byTarget[t.name]
			fmt.Fprintf(out, "| %s | %d | %d | %s | %.0f | %.2f | %.2f | %.2f | %.0f | %s | %.0f | %s | %s |\n",
				c.mode, c.keys, c.workers, t.name, r.PerSecond, r.P50, r.P99, r.P999, r.ServerMicros,
				orDash("%.0f", r.DatabaseMicros), r.ClientMicros,
				orDash("%.2f", r.PerSecond/fastest(targets, byTarget, memory)),
				orDash("%.2f", r.PerSecond/fastest(targets, byTarget, durable)))
			if ceiling > 0 {
				defer fmt.Fprintf(out, "%s, %d workers: %.0f %% of %.0f/s\n", t.name, c.workers, 100*r.PerSecond/ceiling, ceiling)
			}
		}
	}
	fmt.Fprintln(out, "\nMedians of the rounds; us: CPU of one signature. Peak memory (VmHWM, MiB):")
	var verified int64
	for _, t := range targets {
		var peak float64
		for _, r := range results {
			if r.Target == t.name {
				peak = r.PeakMiB
				verified += r.Verified
				failed += r.Errors
			}
		}
		fmt.Fprintf(out, "%s %.0f  ", t.name, peak)
	}
	fmt.Fprintf(out, "\n%d signatures verified here, %d requests failed.\n", verified, failed)
	return failed
}

// The cells that were measured, in the order of the first round.
func cells(results []result) (all []cell) {
	seen := map[cell]bool{}
	for _, r := range results {
		c := cell{mode: r.Mode, keys: r.Keys, workers: r.Workers}
		if !seen[c] {
			seen[c] = true
			all = append(all, c)
		}
	}
	return
}

// The median of the rounds, of each figure by itself.
func median(results []result, c cell, target string) result {
	var rounds []result
	for _, r := range results {
		if r.Target == target && r.Mode == c.mode && r.Keys == c.keys && r.Workers == c.workers {
			rounds = append(rounds, r)
		}
	}
	middle := func(figure func(result) float64) float64 {
		var values []float64
		for _, r := range rounds {
			values = append(values, figure(r))
		}
		sort.Float64s(values)
		n := len(values)
		return (values[(n-1)/2] + values[n/2]) / 2
	}
	return result{
		PerSecond:      middle(func(r result) float64 { return r.PerSecond }),
		P50:            middle(func(r result) float64 { return r.P50 }),
		P99:            middle(func(r result) float64 { return r.P99 }),
		P999:           middle(func(r result) float64 { return r.P999 }),
		ServerMicros:   middle(func(r result) float64 { return r.ServerMicros }),
		DatabaseMicros: middle(func(r result) float64 { return r.DatabaseMicros }),
		ClientMicros:   middle(func(r result) float64 { return r.ClientMicros }),
	}
}

// The highest rate of the targets of a kind, or 0 where there is none.
func fastest(targets []*target, figures map[string]result, kind string) (most float64) {
	for _, t := range targets {
		if t.kind == kind && figures[t.name].PerSecond > most {
			most = figures[t.name].PerSecond
		}
	}
	return
}

func orDash(format string, value float64) string {
	if value == 0 || value > 1e9 { // nothing to compare with
		return "-"
	}
	return fmt.Sprintf(format, value)
}
