//! What a row of the method table is.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What it takes for a method to run: a state of the vault, or, between agents, who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Works with the vault locked, or with none.
    Anyone,
    /// Needs the vault to be unlocked.
    Unlocked,
    /// Between agents: for a key that nobody knows yet.
    Stranger,
    /// Between agents: for a member's device with an open session.
    Device,
}

/// One method of the agent.
pub trait Method: Send + Sync + 'static {
    /// The name: `POST /v1/<NAME>`.
    const NAME: &'static str;
    /// What state the vault must be in.
    const LEVEL: Level;
    /// Whether the answer is a stream of events that ends with the response.
    const STREAMS: bool;
    /// What the caller sends.
    type Request: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What reports progress.
    type Event: Serialize + DeserializeOwned + Send + 'static;
    /// What the caller gets.
    type Response: Serialize + DeserializeOwned + Send + 'static;
}

/// The facts of a method as data, for documentation and checks.
#[derive(Clone, Copy, Debug)]
pub struct MethodInfo {
    /// The name.
    pub name: &'static str,
    /// One line: what it does.
    pub doc: &'static str,
    /// What state the vault must be in.
    pub level: Level,
    /// Whether it reports progress.
    pub streams: bool,
}

/// Declares the method table: a type for each method, [`MethodInfo`] for all, and
/// `for_each_method!`, or a macro of the name given before the `$`, which hands every row to a macro of the
/// caller's (the agent's router).
#[macro_export]
#[doc(hidden)]
macro_rules! methods {
    (@table $each:ident $d:tt $($(#[doc = $doc:literal])+ $name:ident = $text:literal, $level:ident, $request:ty => $response:ty $(, while $event:ty)?;)*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl $crate::Method for $name {
                const NAME: &'static str = $text;
                const LEVEL: $crate::Level = $crate::Level::$level;
                const STREAMS: bool = $crate::methods!(@streams $($event)?);
                type Request = $request;
                type Event = $crate::methods!(@event $($event)?);
                type Response = $response;
            }
        )*

        /// Every method, in the order of the table.
        pub const METHODS: &[$crate::MethodInfo] = &[$(
            $crate::MethodInfo {
                name: $text,
                doc: concat!($($doc),+),
                level: $crate::Level::$level,
                streams: $crate::methods!(@streams $($event)?),
            },
        )*];

        /// Calls the given macro with the type of every method: `callback!(Status, Unlock, …)`.
        #[macro_export]
        macro_rules! $each {
            ($d callback:ident) => { $d callback!($($name),*) };
        }
    };
    (@streams) => { false };
    (@streams $event:ty) => { true };
    (@event) => { $crate::Never };
    (@event $event:ty) => { $event };
    ($each:ident $d:tt $($rows:tt)*) => { $crate::methods!(@table $each $d $($rows)*); };
    ($d:tt $($rows:tt)*) => { $crate::methods!(@table for_each_method $d $($rows)*); };
}
