//! `completions`, `man`, `help exit-codes`.

use clap::CommandFactory;
use clap_mangen::Man;
use signet_core::{Code, Failure};

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::context::Context;
use crate::exit_codes::{self, End};
use crate::printer::Printer;

pub(super) fn completions(args: &CompletionsArgs) -> End {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "signet", &mut script);
    Printer::raw(&script);
    End::OK
}

pub(super) fn man(context: &Context<'_>, args: ManArgs) -> Result<End, Failure> {
    let unwritten = |error: std::io::Error| {
        Failure::new(Code::ReadOnly)
            .what("The manual pages cannot be written.")
            .remedy("Choose a folder that exists and that you can write to.")
            .fact("error", error)
    };
    let Some(folder) = args.out else {
        let mut page = Vec::new();
        Man::new(Cli::command()).render(&mut page).map_err(unwritten)?;
        Printer::raw(&page);
        return Ok(End::OK);
    };
    std::fs::create_dir_all(&folder).map_err(unwritten)?;
    clap_mangen::generate_to(Cli::command(), &folder).map_err(unwritten)?;
    let text = format!("The manual pages are in {}.", folder.display());
    context.printer.done(&folder, |view| format!("{} {text}", view.ink.green("✓")));
    Ok(End::OK)
}

pub(super) fn exit_codes(context: &Context<'_>) -> End {
    let kinds = signet_core::Kind::ALL;
    let table: std::collections::BTreeMap<u8, String> =
        kinds.iter().map(|kind| (kind.exit_code(), exit_codes::meaning(*kind).to_owned())).collect();
    context.printer.show(&table, |_| exit_codes::table());
    End::OK
}
