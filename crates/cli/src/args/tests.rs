use clap::{CommandFactory, Parser};

use super::*;

/// Every command's help, in one snapshot each: a changed option shows up in review.
#[test]
fn help_of_every_command() {
    fn walk(command: &mut clap::Command, path: &str) {
        let name = if path.is_empty() { "signet".to_owned() } else { format!("signet{path}") };
        let help = command.clone().bin_name(name.clone()).term_width(100).render_long_help();
        insta::assert_snapshot!(name.replace(' ', "-"), help.to_string());
        let hidden = command.is_hide_set();
        let examples = command.get_after_help().is_some() || command.has_subcommands();
        assert!(hidden || examples, "{name} has no example");
        for sub in command.get_subcommands_mut() {
            let path = format!("{path} {}", sub.get_name());
            if sub.get_name() != "help" {
                walk(sub, &path);
            }
        }
    }
    let mut command = Cli::command().term_width(100);
    command.build();
    walk(&mut command, "");
}

#[test]
fn the_definitions_are_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_takes_the_global_options_anywhere() {
    for line in [
        "signet --json --sandbox status",
        "signet status --sandbox --json",
        "signet key --json list --sandbox",
    ] {
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        assert!(cli.globals.json && cli.globals.sandbox, "{line}");
    }
}

#[test]
fn no_option_takes_a_passphrase() {
    for line in
        ["signet unlock --passphrase secret", "signet init --passphrase=secret", "signet recover --kit ABCD"]
    {
        assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}

#[test]
fn what_belongs_together_is_taken() {
    for line in [
        "signet recover --code --script --passphrase-stdin",
        "signet recover --kit --script --passphrase-fd 3",
        "signet history remove --all --yes",
        "signet history remove 3f --yes",
        "signet settings set --idle-lock 5m --proxy none",
        "signet agent run --log debug",
        "signet host init --network 192.0.2.0/24 --network 2001:db8::/32",
        "signet host start --for 2h",
        "signet team invite Mia --role sender",
        "signet team invite Mia --role sender --key k --as a@b.example --per-day 3 --hours 48",
        "signet team invite --device-for Mia --qr",
        "signet team grant Mia --key k --as a@b.example --approval admin --approval-within 30m",
        "signet team forbid --all",
        "signet team forbid --member Mia --over-bytes 1MB",
        "signet team ask Mia --key k --from a@b.example --to c@d.example --network 192.0.2.1 --at 18:00",
        "signet join - --wait",
        "signet join status --wait",
        "signet join code desk --code 123456",
        "signet send --key 1a2b3c4d/00 --request 000102030405060708090a0b0c0d0e0f --member-code 123456",
    ] {
        Cli::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn contradictions_are_refused() {
    for line in [
        "signet unlock --passphrase-stdin --passphrase-fd 3",
        "signet recover",
        "signet recover --code --kit",
        "signet key import k.json --remove-original --keep-original",
        "signet send --dry-run --eml x.eml",
        "signet send --text a --text-file b",
        "signet history remove",
        "signet history remove 3f --all",
        "signet settings set",
        "signet send --set novalue",
        "signet send --request 1a2b",
        "signet host init --network 192.0.2.1/24",
        "signet host init --network 192.0.2.0/24 --any-network",
        "signet host start --for 2h --until 18:00",
        "signet host start --for 0s",
        "signet team invite",
        "signet team invite Mia",
        "signet team invite Mia --role owner",
        "signet team invite Mia --role sender --hours 169",
        "signet team invite Mia --device-for Leo",
        "signet team invite --device-for Leo --role admin",
        "signet team invite --device-for Leo --key k --as a@b.example",
        "signet team invite Mia --role sender --per-day 3",
        "signet team invite Mia --role sender --key k",
        "signet team grant Mia --key k",
        "signet team grant Mia --as a@b.example",
        "signet team grant Mia --key k --as nobody",
        "signet team grant Mia --key k --as a@b.example --types a/b --no-attachments",
        "signet team grant Mia --key k --as a@b.example --approval-within 2h",
        "signet team grant Mia --key k --as a@b.example --approval mia",
        "signet team forbid",
        "signet team ask Mia --key k --from a@b.example",
        "signet join",
        "signet join signet1-x status",
    ] {
        assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}

#[test]
fn the_sandbox_gets_its_words_untouched() {
    let cli = Cli::try_parse_from(["signet", "sandbox", "inbox", "list", "--json", "--help", "-x"]).unwrap();
    let Command::Sandbox(args) = cli.command else { panic!("another command") };
    assert_eq!(args.arguments, ["inbox", "list", "--json", "--help", "-x"]);
}
