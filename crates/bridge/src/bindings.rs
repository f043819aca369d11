//! The page's TypeScript bindings: written from the tables, committed, and compared by a test.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use signet_api::Method;
use ts_rs::{Config, TS, TypeVisitor};

use crate::WITHHELD;

/// `ui/src/lib/bindings/index.ts` is what the tables say. `SIGNET_WRITE_BINDINGS=1` writes it anew.
#[test]
fn bindings_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/bindings/index.ts");
    let wanted = bindings();
    if std::env::var_os("SIGNET_WRITE_BINDINGS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "bindings are out of date: run this test with SIGNET_WRITE_BINDINGS=1");
}

/// Collects the declarations of a type and of all it is made of.
struct Declarations<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
    seen: HashSet<std::any::TypeId>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(std::any::TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            self.found.insert(T::ident(self.config), format!("export {}", T::decl(self.config)));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn bindings() -> String {
    let config = Config::new().with_large_int("number");
    let mut declarations = Declarations { config: &config, found: BTreeMap::new(), seen: HashSet::new() };
    let mut rows: BTreeMap<&str, String> = BTreeMap::new();
    macro_rules! agents {
        ($($name:ident),*) => { $(row::<signet_api::$name>(&mut declarations, &mut rows);)* };
    }
    macro_rules! windows {
        ($($name:ident),*) => { $(row::<crate::$name>(&mut declarations, &mut rows);)* };
    }
    signet_api::for_each_method!(agents);
    rows.retain(|name, _| !WITHHELD.contains(name));
    // These come second, so that they replace the agent's rows of the same name.
    for_each_method!(windows);
    let mut far: BTreeMap<&str, String> = BTreeMap::new();
    macro_rules! admins {
        ($($method:ty),*) => { $(row::<$method>(&mut declarations, &mut far);)* };
    }
    for_each_far_method!(admins);
    declarations.visit::<signet_core::Failure>();
    let mut text = String::from(
        "// Written from the method tables by `bindings_are_current` (crates/bridge); do not edit.\n\n",
    );
    for declaration in declarations.found.values() {
        let _ = writeln!(text, "{declaration}\n");
    }
    text.push_str("/** Every method that a page may call. */\nexport interface Methods {\n");
    text.extend(rows.into_values());
    text.push_str("}\n\n/** What `team.at` takes and gives, by method. */\nexport interface FarMethods {\n");
    text.extend(far.into_values());
    text.push_str("}\n\n/** Every code, for maps that must be complete. */\nexport const CODES = [\n");
    for code in signet_core::Code::ALL {
        let _ = writeln!(text, "  {:?},", code.as_str());
    }
    text.push_str("] as const satisfies readonly Code[];\n\n");
    text.push_str("/** The English sentences of each code. */\nexport const SENTENCES: Record<Code, { what: string; remedy: string }> = {\n");
    for code in signet_core::Code::ALL {
        let _ = writeln!(
            text,
            "  {:?}: {{ what: {:?}, remedy: {:?} }},",
            code.as_str(),
            code.what(),
            code.remedy()
        );
    }
    text.push_str("};\n");
    text
}

fn row<M: Method>(declarations: &mut Declarations<'_>, rows: &mut BTreeMap<&'static str, String>)
where
    M::Request: TS + 'static,
    M::Event: TS + 'static,
    M::Response: TS + 'static,
{
    declarations.visit::<M::Request>();
    declarations.visit::<M::Event>();
    declarations.visit::<M::Response>();
    let config = declarations.config;
    let event = if M::STREAMS { M::Event::name(config) } else { "never".into() };
    let row = format!(
        "  {:?}: {{ request: {}; response: {}; event: {event} }};\n",
        M::NAME,
        M::Request::name(config),
        M::Response::name(config),
    );
    rows.insert(M::NAME, row);
}
