<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>%n tool call(s)</source>
        <translation>
            <numerusform>%n tool call</numerusform>
            <numerusform>%n tool calls</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message numerus="yes">
        <source>%n run(s) are at work. Whatever is done by now is kept.</source>
        <translation>
            <numerusform>%n run is at work. Whatever is done by now is kept.</numerusform>
            <numerusform>%n runs are at work. Whatever is done by now is kept.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Approval</name>
    <message numerus="yes">
        <source>%n thing(s) wait for you</source>
        <translation>
            <numerusform>%n thing waits for you</numerusform>
            <numerusform>%n things wait for you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Homard wants to do %n thing(s)</source>
        <translation>
            <numerusform>Homard wants to do %n thing</numerusform>
            <numerusform>Homard wants to do %n things</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>You were asked %n time(s) in ten minutes.</source>
        <translation>
            <numerusform>You were asked %n time in ten minutes.</numerusform>
            <numerusform>You were asked %n times in ten minutes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message numerus="yes">
        <source>%n request(s)</source>
        <translation>
            <numerusform>%n request</numerusform>
            <numerusform>%n requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) are wrong in the audit log:</source>
        <translation>
            <numerusform>%n thing is wrong in the audit log:</numerusform>
            <numerusform>%n things are wrong in the audit log:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Extensions</name>
    <message numerus="yes">
        <source>%n chat(s)</source>
        <translation>
            <numerusform>%n chat</numerusform>
            <numerusform>%n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), {size}</source>
        <translation>
            <numerusform>%n file, {size}</numerusform>
            <numerusform>%n files, {size}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n job</numerusform>
            <numerusform>%n jobs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them need you</source>
        <translation>
            <numerusform>%n of them needs you</numerusform>
            <numerusform>%n of them need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) came in. They are off until you turn them on.</source>
        <translation>
            <numerusform>%n thing came in. It is off until you turn it on.</numerusform>
            <numerusform>%n things came in. They are off until you turn them on.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n time</numerusform>
            <numerusform>%n times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tool(s) of it are new or changed, and are not used before you agree.</source>
        <translation>
            <numerusform>%n tool of it is new or changed, and is not used before you agree.</numerusform>
            <numerusform>%n tools of it are new or changed, and are not used before you agree.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It answered; it has %n tool(s).</source>
        <translation>
            <numerusform>It answered; it has %n tool.</numerusform>
            <numerusform>It answered; it has %n tools.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its %n tool(s)</source>
        <translation>
            <numerusform>Its %n tool</numerusform>
            <numerusform>Its %n tools</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offer all its %n tool(s).</source>
        <translation>
            <numerusform>Offer its %n tool.</numerusform>
            <numerusform>Offer all its %n tools.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %n more tool(s)</source>
        <translation>
            <numerusform>Show %n more tool</numerusform>
            <numerusform>Show %n more tools</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Tools (%n)</source>
        <translation>
            <numerusform>Tools (%n)</numerusform>
            <numerusform>Tools (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{folder} has more than %n skill(s): too many to agree to at once.</source>
        <translation>
            <numerusform>{folder} has more than %n skill: too many to agree to at once.</numerusform>
            <numerusform>{folder} has more than %n skills: too many to agree to at once.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… and %n more</numerusform>
            <numerusform>… and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more file(s)</source>
        <translation>
            <numerusform>… and %n more file</numerusform>
            <numerusform>… and %n more files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobEditor</name>
    <message numerus="yes">
        <source>%n thing(s) to be mended before it can be saved</source>
        <translation>
            <numerusform>%n thing to be mended before it can be saved</numerusform>
            <numerusform>%n things to be mended before it can be saved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is rehearsed: %n use(s) of tools so far.</source>
        <translation>
            <numerusform>It is rehearsed: %n use of tools so far.</numerusform>
            <numerusform>It is rehearsed: %n uses of tools so far.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) known</source>
        <translation>
            <numerusform>%n file known</numerusform>
            <numerusform>%n files known</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moment(s)</source>
        <translation>
            <numerusform>%n moment</numerusform>
            <numerusform>%n moments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) a day</source>
        <translation>
            <numerusform>%n run a day</numerusform>
            <numerusform>%n runs a day</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) of your jobs wait for you</source>
        <translation>
            <numerusform>%n thing of your jobs waits for you</numerusform>
            <numerusform>%n things of your jobs wait for you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n use(s) of tools</source>
        <translation>
            <numerusform>%n use of tools</numerusform>
            <numerusform>%n uses of tools</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>After a time off it runs for the last %n moment(s) it missed.</source>
        <translation>
            <numerusform>After a time off it runs for the last %n moment it missed.</numerusform>
            <numerusform>After a time off it runs for the last %n moments it missed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It paused itself after %n failure(s) in a row. Look at the last one in its history, mend the cause, then resume it.</source>
        <translation>
            <numerusform>It paused itself after %n failure. Look at it in its history, mend the cause, then resume it.</numerusform>
            <numerusform>It paused itself after %n failures in a row. Look at the last one in its history, mend the cause, then resume it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It pauses after %n failure(s) in a row.</source>
        <translation>
            <numerusform>It pauses after %n failure.</numerusform>
            <numerusform>It pauses after %n failures in a row.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Needs you (%n)</source>
        <translation>
            <numerusform>Needs you (%n)</numerusform>
            <numerusform>Needs you (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This line stands for %n moment(s) in a row.</source>
        <translation>
            <numerusform>This line stands for %n moment.</numerusform>
            <numerusform>This line stands for %n moments in a row.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n run(s) a month, of unknown price</source>
        <translation>
            <numerusform>about %n run a month, of unknown price</numerusform>
            <numerusform>about %n runs a month, of unknown price</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>each hour, %n minute(s) past</source>
        <translation>
            <numerusform>each hour, %n minute past</numerusform>
            <numerusform>each hour, %n minutes past</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n day(s)</source>
        <translation>
            <numerusform>every %n day</numerusform>
            <numerusform>every %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n hour(s)</source>
        <translation>
            <numerusform>every %n hour</numerusform>
            <numerusform>every %n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n minute(s)</source>
        <translation>
            <numerusform>every %n minute</numerusform>
            <numerusform>every %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n second(s)</source>
        <translation>
            <numerusform>every %n second</numerusform>
            <numerusform>every %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Label</name>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LongText</name>
    <message numerus="yes">
        <source>Show %n more character(s)</source>
        <translation>
            <numerusform>Show %n more character</numerusform>
            <numerusform>Show %n more characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message numerus="yes">
        <source>Show more (%n character(s) left)</source>
        <translation>
            <numerusform>Show more (%n character left)</numerusform>
            <numerusform>Show more (%n characters left)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Moment</name>
    <message numerus="yes">
        <source>%n min ago</source>
        <translation>
            <numerusform>%n min ago</numerusform>
            <numerusform>%n min ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%n job(s) want a look</source>
        <translation>
            <numerusform>%n job wants a look</numerusform>
            <numerusform>%n jobs want a look</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) failed</source>
        <translation>
            <numerusform>%n run failed</numerusform>
            <numerusform>%n runs failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) finished</source>
        <translation>
            <numerusform>%n run finished</numerusform>
            <numerusform>%n runs finished</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n thing needs you</numerusform>
            <numerusform>%n things need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) want a look</source>
        <translation>
            <numerusform>%n thing wants a look</numerusform>
            <numerusform>%n things want a look</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Prompt</name>
    <message numerus="yes">
        <source>The next request begins with about %n token(s)</source>
        <translation>
            <numerusform>The next request begins with about %n token</numerusform>
            <numerusform>The next request begins with about %n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Rules</name>
    <message numerus="yes">
        <source>%n time(s) a day</source>
        <translation>
            <numerusform>%n time a day</numerusform>
            <numerusform>%n times a day</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sellers</name>
    <message numerus="yes">
        <source>%n model(s) chosen. You are told what it may cost before anything is sent.</source>
        <translation>
            <numerusform>%n model chosen. You are told what it may cost before anything is sent.</numerusform>
            <numerusform>%n models chosen. You are told what it may cost before anything is sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) were compared.</source>
        <translation>
            <numerusform>%n model was compared.</numerusform>
            <numerusform>%n models were compared.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n small call(s) will be made</source>
        <translation>
            <numerusform>%n small call will be made</numerusform>
            <numerusform>%n small calls will be made</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At most %n model(s) at once: untick some.</source>
        <translation>
            <numerusform>At most %n model at once: untick some.</numerusform>
            <numerusform>At most %n models at once: untick some.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Compare %n model(s)?</source>
        <translation>
            <numerusform>Compare %n model?</numerusform>
            <numerusform>Compare %n models?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Compared by itself every %n day(s), for at most {amount}: {models}.</source>
        <translation>
            <numerusform>Compared by itself every %n day, for at most {amount}: {models}.</numerusform>
            <numerusform>Compared by itself every %n days, for at most {amount}: {models}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>with at most %n token(s)</source>
        <translation>
            <numerusform>with at most %n token</numerusform>
            <numerusform>with at most %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{figure} of %n model(s) over time.</source>
        <translation>
            <numerusform>{figure} of %n model over time.</numerusform>
            <numerusform>{figure} of %n models over time.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message numerus="yes">
        <source>%n run(s) working</source>
        <translation>
            <numerusform>%n run working</numerusform>
            <numerusform>%n runs working</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Homard needs you (%n)</source>
        <translation>
            <numerusform>Homard needs you (%n)</numerusform>
            <numerusform>Homard needs you (%n)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TextBlock</name>
    <message numerus="yes">
        <source>Show %n more line(s)</source>
        <translation>
            <numerusform>Show %n more line</numerusform>
            <numerusform>Show %n more lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %n line(s)</source>
        <translation>
            <numerusform>Show all of it (%n line)</numerusform>
            <numerusform>Show all %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message numerus="yes">
        <source>Of %n reply(ies) it was not kept how they came.</source>
        <translation>
            <numerusform>Of %n reply it was not kept how it came.</numerusform>
            <numerusform>Of %n replies it was not kept how they came.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message numerus="yes">
        <source>%n file(s) changed</source>
        <translation>
            <numerusform>%n file changed</numerusform>
            <numerusform>%n files changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n run(s) at work</source>
        <translation>
            <numerusform>%n run at work</numerusform>
            <numerusform>%n runs at work</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n thing needs you</numerusform>
            <numerusform>%n things need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Needs you (%n)</source>
        <translation>
            <numerusform>Needs you (%n)</numerusform>
            <numerusform>Needs you (%n)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message numerus="yes">
        <source>%n path(s) were changed by this run.</source>
        <translation>
            <numerusform>%n path was changed by this run.</numerusform>
            <numerusform>%n paths were changed by this run.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Usage</name>
    <message numerus="yes">
        <source>%n answer(s) of Homard&apos;s own cache saved {amount}.</source>
        <translation>
            <numerusform>%n answer of Homard&apos;s own cache saved {amount}.</numerusform>
            <numerusform>%n answers of Homard&apos;s own cache saved {amount}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model call(s)</source>
        <translation>
            <numerusform>%n model call</numerusform>
            <numerusform>%n model calls</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n other</numerusform>
            <numerusform>%n others</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>* %n call(s) broke off or were not accounted for by the provider: they are estimated.</source>
        <translation>
            <numerusform>* %n call broke off or was not accounted for by the provider: it is estimated.</numerusform>
            <numerusform>* %n calls broke off or were not accounted for by the provider: they are estimated.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about {amount} by its end, at the pace of the last %n day(s)</source>
        <translation>
            <numerusform>about {amount} by its end, at the pace of the last %n day</numerusform>
            <numerusform>about {amount} by its end, at the pace of the last %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{period}, %n bar(s). The highest is {name} with {value}.</source>
        <translation>
            <numerusform>{period}, %n bar. The highest is {name} with {value}.</numerusform>
            <numerusform>{period}, %n bars. The highest is {name} with {value}.</numerusform>
        </translation>
    </message>
</context>
</TS>
