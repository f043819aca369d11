//! Puts the parts together and runs until the person quits.

use std::process::ExitCode;
use std::sync::Arc;

use signet_bridge::{Bridge, Setup};
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::arguments::Arguments;
use crate::commands::{self, Calls, Links};
use crate::desk::TauriDesk;
use crate::{page, preview, tray};

/// Opens the window and runs until the person quits.
///
/// # Errors
/// The web view or a part of it could not be started.
pub(crate) fn run(arguments: Arguments) -> tauri::Result<ExitCode> {
    let place = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let app = tauri::Builder::default()
        // First: a second start ends here, after it has shown the first window.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            page::raise(app);
            if let Some(link) = Arguments::link_in(&arguments) {
                commands::opened(app, link);
            }
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(place)
                .with_filename("place.json")
                .build(),
        )
        .manage(Calls::default())
        .manage(Links::of(arguments.link.clone()))
        .invoke_handler(tauri::generate_handler![commands::call, commands::cancel])
        .register_asynchronous_uri_scheme_protocol(preview::SCHEME, preview::answer)
        .setup(move |app| assemble(app, &arguments))
        .build(tauri::generate_context!())?;
    app.run(on_event);
    Ok(ExitCode::SUCCESS)
}

fn assemble(app: &mut App, arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut setup = Setup::from_environment(arguments.profile)?;
    setup.practice = arguments.practice;
    setup.gallery = cfg!(feature = "e2e");
    setup.preview = preview::base().into();
    let tray = tray::is_there();
    let desk = TauriDesk::new(app.handle().clone(), tray);
    // Nothing can click in a native dialog: in the end-to-end build, a folder answers.
    #[cfg(feature = "e2e")]
    let desk = signet_bridge::hook::Hooked::over(desk);
    let bridge = Bridge::new(setup, Arc::new(desk));
    app.manage(bridge.clone());
    // The agent starts while the web view does.
    let early = bridge.clone();
    tauri::async_runtime::spawn(async move { early.wake_agent().await });
    page::open(app.handle())?;
    if tray {
        tray::open(app.handle(), &bridge)?;
    }
    Ok(())
}

fn on_event(app: &AppHandle, event: RunEvent) {
    let Some(bridge) = app.try_state::<Bridge>() else { return };
    match event {
        RunEvent::WindowEvent { label, event, .. } if label == page::LABEL => match event {
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                page::hide(app);
                if !tray::keeps_running(app, &bridge) {
                    page::leave(app);
                }
            }
            WindowEvent::DragDrop(drag) => page::dragged(&bridge, drag),
            _ => {}
        },
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => urls.into_iter().for_each(|url| commands::opened(app, url.into())),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => page::raise(app),
        RunEvent::Exit => bridge.close(),
        _ => {}
    }
}
