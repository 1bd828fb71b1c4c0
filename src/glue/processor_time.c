/* In an object of its own, so that only programs that ask for processor time (clock(), times(),
 * getrusage(), CLOCK_PROCESS_CPUTIME_ID) measure their sleeps, which costs two looks at the clock
 * for each. */

#include <stdint.h>

void __wps_measure_processor_time(void);
uint64_t __wps_processor_ns(void);

/* CLOCK_PROCESS_CPUTIME_ID and CLOCK_THREAD_CPUTIME_ID are its address. */
extern const int __wps_processor_clock;
const int __wps_processor_clock = 2;

uint64_t __wps_processor_time(void);
uint64_t __wps_processor_time(void) { return __wps_processor_ns(); }

__attribute__((constructor)) static void start(void) { __wps_measure_processor_time(); }
