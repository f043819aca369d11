//! What the machine does around the window: the disk is full, it goes to sleep, an update left an old agent.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signet_e2e::{Stage, Start, Window, button, field, heading, t};
use signet_journeys::{Logind, Person};
use signet_testkit::Desk;

use crate::drafts::reopen;
use crate::steps::{composing, unlock};

/// A small file system of its own in place of a folder. Only root may mount one.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    fn at(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=32m,mode=700", "tmpfs"]).arg(folder);
        assert!(mount.status().expect("mount").success(), "no file system of its own");
        Self { folder: folder.to_owned() }
    }

    fn fill(&self) -> PathBuf {
        let filler = self.folder.join("filler");
        let _ = std::fs::write(&filler, vec![0; 32 << 20]);
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whoever still writes there is ended soon after.
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}

#[test]
fn a_full_disk_is_told_and_nothing_typed_is_lost() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: no disk was filled");
        return;
    }
    let mut stage = Stage::of(Person::without_sandbox(Desk::new()));
    let disk = SmallDisk::at(&stage.person.path("data"));
    stage.person.google(["start"]).ok();
    stage.person.init();
    stage.person.import();
    let window = stage.open(Start::Sandbox, "full-disk");
    window.wait_for(&heading(t("compose_title")));
    window.fill(&field(t("compose_subject")), "Full");
    kept(&window, "kept");
    let filler = disk.fill();
    let text = "More than fits. ".repeat(40);
    window.fill(&field(t("compose_text_label")), &text);
    kept(&window, "failed");
    window.wait_text(&t("code_disk_full_what"));
    window.picture("full");
    std::fs::remove_file(filler).expect("room again");
    window.click(&button(t("try_again")));
    kept(&window, "kept");
    stage.person.signet(["lock"]).ok();
    reopen(&mut stage, &window);
    window.wait_for(&heading(t("compose_title")));
    window.until("for the text", || (window.value(&field(t("compose_text_label"))) == text).then_some(()));
    drop(disk);
}

/// Waits until the note beside the title says so: `kept`, `failed`.
#[track_caller]
fn kept(window: &Window, how: &str) {
    window.until_for(&format!("for the draft to be {how}"), Duration::from_secs(30), || {
        let note = format!("return !!document.querySelector('[data-kept={how}]')");
        (window.run(&note, &[]) == true).then_some(())
    });
}

#[test]
fn a_computer_that_goes_to_sleep_finds_the_window_locked_and_the_text_kept() {
    let desk = Desk::new();
    let logind = Logind::start(desk.session());
    logind.begin_session("own", rustix::process::geteuid().as_raw());
    let mut person = Person::at(desk);
    person.init();
    person.import();
    let mut stage = Stage::of(person);
    let window = stage.open(Start::Sandbox, "sleep");
    window.wait_for(&heading(t("compose_title")));
    window.until("for the agent to watch", || logind.sleep_is_delayed().then_some(()));
    window.fill(&field(t("compose_text_label")), "Before the sleep.");
    kept(&window, "kept");
    logind.prepare_for_sleep(true);
    window.wait_for(&heading(t("unlock_title_sandbox")));
    window.until("for the sleep to go on", || (!logind.sleep_is_delayed()).then_some(()));
    assert!(!window.text().contains("Before the sleep."), "the text is still on the screen");
    window.picture("asleep");
    logind.prepare_for_sleep(false);
    let code = stage.person.next_step();
    unlock(&window, &code);
    window.wait_for(&heading(t("compose_title")));
    window.until("for the text", || {
        (window.value(&field(t("compose_text_label"))) == "Before the sleep.").then_some(())
    });
}

#[test]
fn an_agent_of_another_version_is_replaced_once_it_is_at_rest() {
    let (mut stage, window) = composing("other-version");
    let pictures = stage.close_window(window);
    stage.kill_agent();
    let busy = stage.start_other_agent();
    let window = stage.open_with(Start::Sandbox, pictures);
    window.wait_for(&heading(t("away_version_title")));
    window.picture("other-version");
    window.click(&button(t("away_restart")));
    window.wait_text(&t("away_version_busy"));
    window.picture("busy");
    std::fs::remove_file(busy).expect("at rest");
    window.click(&button(t("away_restart")));
    window.wait_for(&heading(t("unlock_title_sandbox")));
    let code = stage.person.next_step();
    unlock(&window, &code);
    window.wait_for(&heading(t("compose_title")));
}
