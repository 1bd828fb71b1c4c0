/* Runs scripts of calls: the first argument names a file of them, the second is how many times as
 * long the network may take. After each script it starts anew. */

#include "calls/base.h"
#include "calls/address.h"

#ifdef WITH_A_FAULT
/* For the test of the tool. */
static int faulty_eventfd(unsigned value, int flags)
{
	return eventfd(value ? value + 1 : value, flags);
}
#define eventfd faulty_eventfd
#endif

#include "calls/sockets.h"
#include "calls/messages.h"
#include "calls/ready.h"
#include "calls/pipes.h"
#include "calls/files.h"
#include "calls/bad.h"

#include "tables.h"

#ifndef __wasm__
#include <grp.h>
#endif

static void end(void)
{
	printf("%.*s\n", (int)used, line);
	fflush(stdout);
	used = 0;
}

static num value_of(const char *word)
{
	num value = 0;
	for (;;) {
		size_t length = strcspn(word, "|");
		char *stop;
		num one = strtoll(word, &stop, 0);
		if (stop == word) {
			size_t i = 0;
			while (i < sizeof symbols / sizeof *symbols
				&& (strlen(symbols[i].name) != length
					|| strncmp(symbols[i].name, word, length)))
				i++;
			if (i == sizeof symbols / sizeof *symbols) {
				fprintf(stderr, "there is no symbol %s\n", word);
				exit(2);
			}
			one = symbols[i].value;
		}
		value |= one;
		if (!word[length])
			return value;
		word += length + 1;
	}
}

static void begin(const char *name)
{
	for (int i = 0; i < SLOTS; i++) {
		vacate(i);
		slot_ports[i] = 0;
	}
	remove_files(".");
	/* Where names of sockets are no files, they are not in the list. */
	unlink("fuzz-0");
	unlink("fuzz-1");
	unlink("fuzz-2");
	usleep((useconds_t)(settling ? settling : 1));
	settling = 0;
	port_count = 0;
	written = 0;
	out("script %s", name);
	end();
}

int main(int argc, char **argv)
{
	static char text[1024];
	FILE *scripts = argc > 1 ? fopen(argv[1], "r") : NULL;
	if (!scripts) {
		fprintf(stderr, "usage: runner FILE [TIMES]\n");
		return 2;
	}
#ifndef __wasm__
	/* Components have no privileges either. */
	if (!geteuid() && (setgroups(0, NULL) || setgid(65534) || setuid(65534))) {
		perror("setuid");
		return 2;
	}
#endif
	be_slow = argc > 2 ? atoi(argv[2]) : 1;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < SLOTS; i++)
		slots[i] = -1;
	while (fgets(text, sizeof text, scripts)) {
		num arguments[10] = { 0 };
		int count = 0;
		char *call = strtok(text, " \n");
		if (!call)
			continue;
		if (!strcmp(call, "script")) {
			begin(strtok(NULL, "\n"));
			continue;
		}
		for (char *word; count < 10 && (word = strtok(NULL, " \n"));)
			arguments[count++] = value_of(word);
		if (!dispatch(call, count, arguments)) {
			fprintf(stderr, "there is no call %s with %d arguments\n", call, count);
			return 2;
		}
	}
	begin("end");
	return 0;
}
