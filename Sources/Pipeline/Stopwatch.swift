internal import Glibc

/// Seconds that only ever grow, for measuring how long something takes; they say nothing about the time of day.
package func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
