//! Standard input with O_NONBLOCK, which only a test outside of the program can leave empty.

use crate::place::Place;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

/// Says when it found nothing, then waits for what comes, and for the end.
const READER: &str = r#"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>
static int take(char *text) {
    struct pollfd input = {0, POLLIN};
    int count;
    do {
        poll(&input, 1, -1);
        count = read(0, text, 16);
    } while (count < 0 && errno == EAGAIN);
    return count;
}
int main(void) {
    char text[16];
    if (fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK)) return 1;
    if (read(0, text, sizeof text) != -1 || errno != EAGAIN) return 2;
    printf("empty\n");
    fflush(stdout);
    int count = take(text);
    printf("%.*s", count, text);
    return count < 0 || take(text) != 0 ? 3 : 0;
}
"#;

#[test]
fn an_empty_input_does_not_block_if_so_asked() {
    let place = Place::new("input");
    place.write("reader.c", READER);
    place.cc(&["reader.c", "-o", "reader"]);
    let mut child = place
        .command(place.dir.join("reader"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "empty\n");
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"hello\n").unwrap();
    drop(input);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "hello\n");
    assert!(child.wait().unwrap().success());
}
