<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Branch this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to activity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause everything for an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause everything until resumed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause everything until tomorrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quick prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop this run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>approve question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancel abort</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>command palette</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>diagnostics errors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>exit close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fork copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>go on continue unpause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>help keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keep on top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>quiet sleep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>runs history cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save Markdown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>start conversation session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>theme colors night</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>title name</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>%n tool call(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>All runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program (MCP)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer cut off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By: {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one to see what it did.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each time Homard works you find it here: what it did, how long it took and what it cost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Editor (ACP)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It waits for your answer. Open the chat to give it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has run yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plugin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Took</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try fewer words, or show all runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Went in circles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message numerus="yes">
        <source>%n run(s) are at work. Whatever is done by now is kept.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Quit Homard?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit when they are done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({kind}). What was stored before is kept; the details are in {log}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop them and quit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Approval</name>
    <message>
        <source>A word to the agent (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Argument</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard wants to delete {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Homard wants to do %n thing(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Homard wants to do this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard wants to fetch a page from {host}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard wants to read {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard wants to run a command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard wants to send something out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard wants to write {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody was there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not allowed:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These are its first {n} characters; the rest is not shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What Homard wants</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would be done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why you are asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works after it has been on the screen for a second; Enter does not press it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Something unexpected went wrong; it was not done. The log has the details.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Chats</name>
    <message>
        <source>Branch this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder to work in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard works in the folder named below. It reads there at once; before it changes or runs anything, it asks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What should be done?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be written ({why}). Choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Choose a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files that fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is sent as soon as the image is read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model: {model}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted text, {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press Esc again to stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say more; it is read before the next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say this to the run that works (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send (Enter); Shift+Enter begins a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the run (Esc twice)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no image that can be read; it was left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model does not see images. It is only told that there is one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working folder: {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a message. @ names a file.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard keeps running here. Quit it in this menu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep Homard running?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start at login could not be changed ({why}). Nothing else was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new language shows everywhere after the next start of Homard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop has no tray. Homard can go on in the background; start it again to see its window. This is asked once; Ctrl+Q always quits.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DiffView</name>
    <message>
        <source>+{added} −{removed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than $0.0001</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{input} tokens in ({cached} cached), {output} out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{input} tokens in, {output} out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{m} min {s} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>First run</name>
    <message>
        <source>1  How should it think?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2  In which folder?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3  What shall it do first?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A provider I have a key for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for model servers on this computer …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chats read what is in it. Before anything is changed there, Homard asks you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model server was found on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not installed here. It comes with pip install &apos;homard[local]&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path of a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder cannot be made ({reason}). Name another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that comes with Homard, on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such folder. Name one that is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Three choices, and you can begin. Each can be changed later, in Settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome to Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is in this folder?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which folder?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works at once, and nothing leaves this computer. It is a very small model: good for a look around, weak at real work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, found running</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Hotkey</name>
    <message>
        <source>Another program already uses these keys. Choose others, or free them there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No keys are chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the quick prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The desktop is being asked for these keys.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These keys cannot be used everywhere. Choose Ctrl, Alt or Meta with a key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop gives programs no global keys. In its keyboard settings, bind the keys to the command {command}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This keyboard has no such key. Choose other keys.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message numerus="yes">
        <source>Show more (%n character(s) left)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Filter models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free, offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{input} / {output} per million</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Moment</name>
    <message numerus="yes">
        <source>%n min ago</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%n run(s) failed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) finished</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>A run failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard asks you something</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard is done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard needs your permission</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Action: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find an action, a chat or a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing fits. Try fewer letters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Setting: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What fits</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Another answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard asks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your answer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuickPrompt</name>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask more in the same chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter asks, Esc closes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard is paused; it answers when it is resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open as chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the chat and answer there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer is here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run ended early. Its chat shows how far it came.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This could not be asked. The log has the details.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sessions</name>
    <message>
        <source>Chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pinned</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>${input} to read, ${output} to write a million tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0: all cores but one, so that other work does not slow to a crawl.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A GGUF file, for models on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A JSON object that goes along with each request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model on this computer: nothing leaves it, and nothing is paid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A question or a permission waits; the run goes on when you have answered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A run that reaches one of these ends; its work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add and test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All settings are in this file. Homard keeps your comments, and the file as it was before each change.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An answer that is silent for so many seconds counts as broken off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another, by its address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering now, with {memory} of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers new chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers new chats, written as provider/model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any model in the GGUF format. It stays where it is; Homard only notes its place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the catalogue says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the provider calls it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking the provider for its list …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most so many seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By its own protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty: the variable {name} is used, which is set here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything else that the settings file knows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for new chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder to grant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folders every chat may read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Further request fields</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GGUF file memory start stop window local model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give its address, for instance https://example.org/v1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to {section}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guided, for small models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard tells you these things and no others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard waits in the tray when you log in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How Homard looks, and how you reach it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How Homard speaks to this provider.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it calls tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In one run, in seconds; 3,600 are an hour.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In one run, what is read and what is written together. 1,000 tokens are about 750 words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In one run. Each use of tools takes one more call.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In tokens. Empty: as the catalogue says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is not there now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It answers: the first word came after {first} s, then {rate} tokens a second.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It answers: the first word came after {first} s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It calls tools.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not call tools: it can answer, but it cannot act.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not claim to see images; that was not tried.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not have the form that is wanted here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not see images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It must be at least {bound}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It must be at most {bound}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It must be more than {bound}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It sees images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key from the variable {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key is sealed: unlock it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys are kept in a file that is sealed with your passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys are kept in the keyring of this system ({name}), never in a file of Homard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for a keyring …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a sealed file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>May be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes without use after which the model gives its memory back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model file on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model for new chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models (*.gguf);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models and providers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models of this provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name in the price list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name, of your choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model of this provider is known here. Choose one from its list first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None yet. Add one below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None: a chat reads its own folder and nothing else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not in the list. Its name can be used as you typed it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not loaded. It starts by itself when it is asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing. Try another word, for instance “key”, “folder” or “dark”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the program’s own words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only while the window is hidden.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OpenAI-compatible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opens the quick prompt from any program, for instance Ctrl+Alt+Space; empty for none. Some desktops do not let programs have such keys (GNOME and others on Wayland): there, use the tray or a shortcut of the desktop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key first. {name} gives it to you on its web site.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path of a .gguf file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path of a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price of what it has read before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price of what it reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price of what it writes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Provider {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Providers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quick prompt key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading is allowed; to change a file there, Homard asks each time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready, with {memory} of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scripted, for demonstrations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sees images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SmolLM2, comes with Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start from the defaults</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test of {model}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test under way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing {model} … {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That folder is in the list already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the whole disk. Name the folder that is meant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That model cannot be the default one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bad file is kept beside the new one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file cannot be read ({reason}). Choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has {file}. Running, it wants about {need} of memory; {free} are free now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keys are in a file that is sealed with your passphrase. Unlock it to use or add keys.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same passphrase again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings from before stay in force, and nothing in the file is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The test of {model} was broken off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The test took {tokens} tokens and cost ${cost}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The test took {tokens} tokens and cost nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The test took {tokens} tokens; what that costs is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two passphrases are not the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The variable {name} for its key is not set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no keyring here that Homard trusts. A key can be kept until Homard ends, or in a file that is sealed with a passphrase of yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is removed, and its key is forgotten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model here yet. Choose a GGUF file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model yet. Add a provider below, or choose a model file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no provider of that name. Add it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such file. Choose one that is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such folder. Name one that is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no GGUF file. Choose a model in the GGUF format of llama.cpp.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens it can read at once. Empty: as the catalogue says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens it reads at once. More take more memory; empty: the usual number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the name of a model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>US dollars for a million tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>US dollars for a million tokens. Empty: like any other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unload when idle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use for new chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usually ends in /v1. Empty: the protocol knows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for the first word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait within an answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What litellm calls this provider, if it is another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When Homard needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When a run failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When a run is finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where a new chat reads and works. Empty: Documents in your home, or Homard if there is none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where answers come from. Keys never stand in the settings file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where its key is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which folder may be read?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which of your files Homard may look at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a JSON object, for instance {&quot;temperature&quot;: 0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a whole number of tokens, or nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a whole number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it as provider/model, for instance openai/gpt-5.4-mini.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write keyring:NAME or env:VARIABLE; the key itself does not belong here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write one key with Ctrl, Alt, Shift or Meta, for instance Ctrl+Alt+Space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written in its text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>grant read access permission directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keyring:NAME or env:VARIABLE, never the key itself. Empty: it needs none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>litellm (other protocols)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>provider key password test default model price API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reads {count} tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} can no longer be read by every chat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{need} That is more than is free: choose a smaller window or model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everywhere in the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the message field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a file or folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send; while a run works, steer it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you said before</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message numerus="yes">
        <source>%n run(s) working</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Activity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Homard needs you (%n)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Let Homard go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let no run call a model for a while</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today: {amount}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TextBlock</name>
    <message>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Show %n more line(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %n line(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message numerus="yes">
        <source>%n file(s) changed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>All of what was said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Branch from here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard ended while this was under way. What was done is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image {number} of {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It ended early. Its work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is going in circles; it was told so.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It reached the limit of steps for one run. Its work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It reached the limit of time for one run. Its work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It reached the limit of tokens for one run. Its work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was going in circles and was stopped. Its work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It went on in circles and was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused until {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused: it goes on when Homard is resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent; it reads this before its next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped. What was done so far is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer was longer than the model may write. It is cut off here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model thought</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>[… {n} characters before]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>[… {n} more characters]</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>from a change of files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from a plugin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from a schedule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from an editor (ACP)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from another program (MCP)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from the terminal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{reason} Trying again in {seconds} s (attempt {attempt}).</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n run(s) at work</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>For one hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Needs you (%n)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Open Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quick prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume (paused until {time})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run without a prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today: cost unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today: {amount}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today: {amount} and runs of unknown cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today: –</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a run failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cost unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused until {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>working on “{prompt}”</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>Another Homard, without a window (process {pid}), is at work with your chats: a command in a terminal or “homard serve”. This window opens them as soon as it has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard cannot open its data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Homard is in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the settings file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run calls a model until then. What is sent meanwhile waits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause Homard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
