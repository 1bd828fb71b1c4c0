//! Cases about a program as such: how long it takes to start, how large it is, what idling costs.

use super::{Case, Compiled, FOOTPRINT, Side, Unit, Work, case, plain};

/// All of them.
pub(super) fn footprint() -> Vec<Case> {
    let start = |id: &str, title: &str, compiled: Compiled, quick: bool| {
        let mut subjects = vec![
            plain("native", Side::Native, Work::Start(Compiled::Native)),
            plain("libc", Side::WasiLibc, Work::Start(compiled)),
            plain("ours", Side::Ours, Work::Start(compiled)),
        ];
        if compiled != Compiled::Before {
            subjects.remove(0);
        }
        let mut case = case(id.into(), FOOTPRINT, title.into(), subjects);
        (case.unit, case.quick) = (Unit::Milliseconds, quick);
        case
    };
    let size = |id: &str, title: &str, source: &'static str| {
        let subjects = vec![
            plain("libc", Side::WasiLibc, Work::Size(source)),
            plain("ours", Side::Ours, Work::Size(source)),
        ];
        let mut case = case(id.into(), FOOTPRINT, title.into(), subjects);
        (case.unit, case.quick) = (Unit::Bytes, true);
        case
    };
    let idling = |key: &'static str, side, looping| {
        let connections = 1000;
        plain(
            key,
            side,
            Work::Idle {
                looping,
                connections,
            },
        )
    };
    let subjects = vec![
        idling("native-poll", Side::Native, "poll"),
        idling("libc-poll", Side::WasiLibc, "poll"),
        idling("ours-poll", Side::Ours, "poll"),
        idling("ours-epoll", Side::Ours, "epoll"),
    ];
    let title = "processor time with 1,000 idle connections".into();
    let mut cpu = case("idle-cpu".into(), FOOTPRINT, title, subjects);
    cpu.unit = Unit::Percent;
    vec![
        start(
            "start",
            "start to end, compiled before",
            Compiled::Before,
            true,
        ),
        start(
            "start-cached",
            "start to end, compiled at the first start (cache)",
            Compiled::Cached,
            false,
        ),
        start(
            "start-compile",
            "start to end, compiled at each start",
            Compiled::AtStart,
            false,
        ),
        size(
            "size",
            "component, plain echo server (benches/echo.c)",
            "benches/echo.c",
        ),
        size(
            "size-example",
            "component, TCP and UDP with names (examples/echo.c)",
            "examples/echo.c",
        ),
        cpu,
    ]
}
