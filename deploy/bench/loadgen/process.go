package main

import (
	"io/ioutil"
	"path/filepath"
	"strconv"
	"strings"
)

const ticksPerSecond = 100 // USER_HZ, the same on every Linux that Go runs on

// Fields of /proc/PID/stat from the third on (proc(5)), or nil where there is no such process.
func stat(file string) []string {
	text, err := ioutil.ReadFile(file)
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}

func ticks(fields []string, from, to int) (sum float64) {
	if len(fields) <= to {
		return 0
	}
	for i := from; i <= to; i++ {
		n, _ := strconv.ParseFloat(fields[i], 64)
		sum += n
	}
	return sum / ticksPerSecond
}

// User and system seconds that the process has used; 0 for pid 0.
func cpuOf(pid int) float64 {
	return ticks(stat("/proc/"+strconv.Itoa(pid)+"/stat"), 11, 12) // utime, stime
}

// The same with its children, living and gone: PostgreSQL makes a process for each connection.
func cpuOfTree(pid int) float64 {
	if pid == 0 {
		return 0
	}
	sum := ticks(stat("/proc/"+strconv.Itoa(pid)+"/stat"), 11, 14) // and cutime, cstime
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range all {
		if fields := stat(file); len(fields) > 12 && fields[1] == strconv.Itoa(pid) {
			sum += ticks(fields, 11, 14)
		}
	}
	return sum
}

// The most memory the process has had in RAM, in MiB (VmHWM).
func peakMiB(pid int) float64 {
	text, _ := ioutil.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			return kib / 1024
		}
	}
	return 0
}
