//! What takes a while to find out, found out once a decision and not once a grant.

use std::cell::{OnceCell, RefCell};
use std::ops::Deref;

use jiff::civil::DateTime;

use super::attachment::Shown;
use crate::{Hours, Question, TimeZoneName};

/// The facts of one decision.
pub(super) struct Facts<'a> {
    asked: &'a Question<'a>,
    shown: OnceCell<Option<Vec<Shown<'a>>>>,
    clocks: RefCell<Vec<(TimeZoneName, Option<DateTime>)>>,
}

impl<'a> Facts<'a> {
    pub(super) const fn of(asked: &'a Question<'a>) -> Self {
        Self { asked, shown: OnceCell::new(), clocks: RefCell::new(Vec::new()) }
    }

    /// What each attachment says of itself.
    pub(super) fn attachments(&self) -> Option<&[Shown<'a>]> {
        let look = || self.asked.attachments.map(|files| files.iter().map(Shown::of).collect());
        self.shown.get_or_init(look).as_deref()
    }

    /// Whether it is within these hours; nothing where that cannot be told.
    pub(super) fn within(&self, hours: &Hours) -> Option<bool> {
        let now = self.asked.now?;
        let mut clocks = self.clocks.borrow_mut();
        if let Some((_, local)) = clocks.iter().find(|(zone, _)| zone == hours.zone()) {
            return local.and_then(|local| hours.contain_local(local));
        }
        let local = hours.zone().local(now);
        clocks.push((hours.zone().clone(), local));
        local.and_then(|local| hours.contain_local(local))
    }
}

impl<'a> Deref for Facts<'a> {
    type Target = Question<'a>;

    fn deref(&self) -> &Question<'a> {
        self.asked
    }
}
