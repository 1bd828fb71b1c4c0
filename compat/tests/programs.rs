//! Whole programs, run with every libc: what one process cannot test of itself.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("wps-compat-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Compiles `source` for each libc, runs it in `folder` and hands what it did to `check`.
fn run(
    folder: &Path,
    source: &str,
    options: &[String],
    check: impl Fn(&Output) -> Result<()>,
) -> Result<()> {
    let built = xtask::build()?;
    let file = folder.join("program.c");
    std::fs::write(&file, source)?;
    for libc in &built.toolchain.libcs {
        let program = folder.join("program.wasm");
        xtask::compile::compile_wasm(&built, Some(&libc.name), &[&file], &program, &[])?;
        let mut command = Command::new(built.prefix.wps_run());
        let output = command
            .args(options)
            .arg(&program)
            .current_dir(folder)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        check(&output).with_context(|| format!("with {}; stderr: {said}", libc.name))?;
    }
    Ok(())
}

fn printed(output: &Output, wanted: &str) -> Result<()> {
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(text == wanted, "printed {text:?}, expected {wanted:?}");
    Ok(())
}

#[test]
fn users_and_groups_come_from_etc() -> Result<()> {
    let folder = Folder::new("etc")?;
    let etc = folder.0.join("etc");
    std::fs::create_dir_all(&etc)?;
    std::fs::write(
        etc.join("passwd"),
        "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n",
    )?;
    std::fs::write(
        etc.join("group"),
        "root:x:0:\nstaff:x:50:ann,bob\nann:x:1000:\n",
    )?;
    std::fs::write(etc.join("hostname"), "example\n")?;
    let source = r#"
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  gid_t groups[8];
  int count = 8;
  char host[80];
  printf("%s ", getpwuid(getuid())->pw_name);
  struct passwd *ann = getpwnam("ann");
  printf("%d %s\n", getpwnam("bob") != NULL, ann->pw_dir);
  printf("%u ", getpwnam("wasi")->pw_uid);
  printf("%s %u\n", getgrnam("staff")->gr_mem[1], getpwnam("root")->pw_uid);
  getgrouplist("ann", 1000, groups, &count);
  printf("%d %u\n", count, groups[1]);
  while (getpwent())
    count++;
  printf("%d %s\n", count, getlogin());
  gethostname(host, sizeof host);
  puts(host);
  return 0;
}
"#;
    let options = ["--dir".to_owned(), format!("{}::/etc", etc.display())];
    run(&folder.0, source, &options, |output| {
        printed(
            output,
            "ann 0 /home/ann\n1000 bob 0\n2 50\n5 ann\nexample\n",
        )
    })
}

#[test]
fn a_signal_without_a_handler_ends_the_program() -> Result<()> {
    let folder = Folder::new("default")?;
    let source = r#"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static void last(void) { puts("atexit"); }
int main(void) {
  atexit(last);
  raise(SIGCHLD);
  signal(SIGUSR1, SIG_IGN);
  raise(SIGUSR1);
  fputs("before\n", stdout);
  fflush(stdout);
  raise(SIGTERM);
  puts("after");
  return 0;
}
"#;
    run(&folder.0, source, &[], |output| {
        ensure!(!output.status.success(), "the program ended well");
        printed(output, "before\n")
    })
}

#[test]
fn an_alarm_without_a_handler_ends_a_sleep() -> Result<()> {
    let folder = Folder::new("alarm")?;
    let source = r#"
#include <stdio.h>
#include <unistd.h>
int main(void) {
  fputs("asleep\n", stdout);
  fflush(stdout);
  alarm(1);
  for (;;)
    pause();
}
"#;
    run(&folder.0, source, &[], |output| {
        ensure!(!output.status.success(), "the program ended well");
        printed(output, "asleep\n")
    })
}

#[test]
fn a_shared_mapping_is_written_back_at_the_end() -> Result<()> {
    let folder = Folder::new("mapping")?;
    let file = folder.0.join("mapped");
    let source = r#"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
int main(void) {
  int fd = open("mapped", O_RDWR);
  char *text = mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (text == MAP_FAILED)
    return 1;
  memcpy(text, "after and more", 14);
  return 0;
}
"#;
    std::fs::write(&file, "before")?;
    run(&folder.0, source, &[], |output| {
        ensure!(output.status.success(), "the program failed");
        let text = std::fs::read_to_string(&file)?;
        // The page is written as far as the file goes.
        ensure!(text == "after ", "the file holds {text:?}");
        std::fs::write(&file, "before")?;
        Ok(())
    })
}

#[test]
fn a_daemon_stays_and_can_be_seen() -> Result<()> {
    let folder = Folder::new("daemon")?;
    let source = r#"
#include <err.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>
int main(int argc, char **argv) {
  (void)argc, (void)argv;
  if (daemon(0, 0))
    err(1, "daemon");
  printf("%d %d\n", getsid(0) == getpid(), setsid());
  fflush(stdout);
  syslog(LOG_NOTICE, "ready");
  warnx("a warning");
  return 0;
}
"#;
    run(&folder.0, source, &[], |output| {
        printed(output, "1 -1\n")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            said == "program.wasm: notice: ready\nprogram.wasm: a warning\n",
            "stderr is {said:?}"
        );
        Ok(())
    })
}

#[test]
fn the_calls_that_end_a_program() -> Result<()> {
    let folder = Folder::new("ends")?;
    let source = |call: &str| {
        format!(
            r#"
#include <err.h>
#include <errno.h>
#include <error.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
static void last(void) {{ puts("atexit"); }}
static void listed(void (*end)(int, const char *, va_list), const char *format, ...) {{
  va_list arguments;
  va_start(arguments, format);
  end(1, format, arguments);
}}
int main(void) {{
  (void)listed;
  atexit(last);
  errno = ENOENT;
  {call};
  puts("after");
  return 0;
}}
"#
        )
    };
    for (call, said) in [
        (
            r#"err(1, "number %d", 7)"#,
            "program.wasm: number 7: No such file or directory\n",
        ),
        (r#"errx(1, "number %d", 7)"#, "program.wasm: number 7\n"),
        (
            r#"listed(verr, "number %d", 7)"#,
            "program.wasm: number 7: No such file or directory\n",
        ),
        (
            r#"listed(verrx, "number %d", 7)"#,
            "program.wasm: number 7\n",
        ),
        (r#"error(1, 0, "number %d", 7)"#, "program.wasm: number 7\n"),
        ("pthread_exit(NULL)", ""),
        ("thrd_exit(0)", ""),
    ] {
        run(&folder.0, &source(call), &[], |output| {
            printed(output, "atexit\n").with_context(|| call.to_owned())?;
            let stderr = String::from_utf8_lossy(&output.stderr);
            ensure!(stderr.contains(said), "{call}: stderr is {stderr:?}");
            ensure!(
                output.status.success() == said.is_empty(),
                "{call}: {}",
                output.status
            );
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn getpass_reads_a_line_of_stdin() -> Result<()> {
    let folder = Folder::new("getpass")?;
    let source = r#"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void) {
  char text[64] = "";
  FILE *file = fopen("line", "r");
  dup2(fileno(file), 0);
  char *word = getpass("Word: ");
  snprintf(text, sizeof text, "%s", word ? word : "none");
  printf("%s %d\n", text, getpass("") == NULL);
  return 0;
}
"#;
    std::fs::write(folder.0.join("line"), "secret\n")?;
    let options = ["--dir".to_owned(), ".".to_owned()];
    run(&folder.0, source, &options, |output| {
        printed(output, "secret 1\n")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(said == "Word: ", "stderr is {said:?}");
        Ok(())
    })
}

/// Handlers of every type run on a host without WebAssembly's GC, and so do programs linked with `-s`.
#[test]
fn handlers_of_every_type_run_without_gc() -> Result<()> {
    let folder = Folder::new("gc")?;
    let program = r#"
#include <signal.h>
#include <stdio.h>
static volatile int calls;
static void none() { calls += 1; }
static int number() { return calls += 10; }
static void plain(int signo) { calls += 100 * (signo == SIGUSR1); }
static int counting(int signo) { return calls += 1000 * (signo == SIGUSR1); }
static void two(int signo, void *info) { calls += 10000 * (signo == SIGUSR1 && info != NULL); }
static int three(int signo, void *info, void *context) { (void)info, (void)context; return calls += 100000 * (signo == SIGUSR1); }
static void full(int signo, siginfo_t *info, void *context) { (void)context; calls += 1000000 * (signo == info->si_signo); }
static void wide(long long number) { calls += (int)number; }
typedef void handler(int);
static handler *const all[] = {
  (handler *)none, (handler *)number, plain, (handler *)counting, (handler *)two, (handler *)three,
  (handler *)full, (handler *)wide,
};
int main(void) {
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    struct sigaction action = {.sa_handler = all[i]};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
  }
  printf("%d\n", calls);
  return 0;
}
"#;
    let built = xtask::build()?;
    for libc in &built.toolchain.libcs {
        for flags in [&["-O0"][..], &["-O2", "-s"], &["-O1", "-g"]] {
            let (file, component) = (folder.0.join("gc.c"), folder.0.join("gc.wasm"));
            std::fs::write(&file, program)?;
            let flags = [flags, &["-w"]].concat();
            xtask::compile::compile_wasm(&built, Some(&libc.name), &[&file], &component, &flags)?;
            let output = Command::new(&built.toolchain.wasmtime)
                .args(["run", "-Wgc=n", "-Sinherit-network=y"])
                .arg(&component)
                .output()?;
            printed(&output, "2222222\n").with_context(|| {
                format!(
                    "{}, {flags:?}: {}",
                    libc.name,
                    String::from_utf8_lossy(&output.stderr)
                )
            })?;
        }
    }
    Ok(())
}
